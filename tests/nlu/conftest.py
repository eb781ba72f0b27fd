from pathlib import Path

import pytest

from bot.nlu.reading import Reader

NLU_DIR = Path(__file__).parents[2] / "locales" / "zh_Hans" / "nlu"


@pytest.fixture(scope="session")
def nlu_dir() -> Path:
    return NLU_DIR


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader.load(NLU_DIR)
