"""A small engine at the points where tests begin."""

from pathlib import Path

import pytest

from bot.core.command import Control, SetSlot, StartIssue
from bot.testing import Bench, compile_directory

MINI = Path(__file__).parent / "mini"


@pytest.fixture(scope="module")
def build():
    return compile_directory(MINI)


@pytest.fixture
def bench(build):
    return Bench(build)


@pytest.fixture
def refund(bench):
    bench.do(StartIssue("order.refund"))
    return bench


@pytest.fixture
def pushing(refund):
    """A refund case at its coach: 88 yuan, about money."""
    refund.do(SetSlot("kind", "money", asked=True))
    refund.do(SetSlot("amount", 88, asked=True))
    refund.do(Control("sent"))
    return refund
