"""Every kind of mistake in a flow set gives its one clear problem, at its line; no kind is missing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.flows.sets import BAD, BASE, ROOT, WATCHED, outcome, read_bad

FILES = sorted(path.name for path in BAD.iterdir())
SOURCES = sorted(path for directory in WATCHED for path in directory.glob("*.py"))
BETWEEN = ROOT / "bot" / "checks.py"
"""Reports what lies between parts; its own tests are elsewhere, but some kinds show in a flow file."""

REPORTERS = {"add", "complain", "report", "Problem"}
CODE = 1
"""Which argument of a reporter is the code: mark, code, …"""


@dataclass(frozen=True)
class Complaint:
    """A call in the source that makes a Problem of a certain code."""

    file: str
    first: int
    last: int
    code: str

    def __str__(self) -> str:
        return f"{self.file}:{self.first} {self.code}"


@pytest.mark.parametrize("name", FILES)
def test_a_mistake_gives_its_one_problem(name: str) -> None:
    """One problem and no other: the code, the file and line, and the words that help."""
    bad = read_bad(BAD / name)
    problems, _ = outcome(bad)
    found = [(problem.code, str(problem.mark)) for problem in problems]
    assert found == [(bad.code, bad.where)], "\n".join(map(str, problems)) or "nothing was found"
    printed = str(problems[0])
    assert [part for part in bad.says if part not in printed] == [], printed
    assert len(printed.splitlines()) == 1, printed


# No kind is missing


@cache
def complaints(*sources: Path) -> tuple[Complaint, ...]:
    """Every place in these files, else in the flows and the core, that reports a problem."""
    return tuple(
        Complaint(path.relative_to(ROOT).as_posix(), call.lineno, call.end_lineno or 0, code)
        for path in sources or SOURCES
        for call, code in _calls(ast.parse(path.read_text(encoding="utf-8")))
    )


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in REPORTERS and len(node.args) > CODE:
            for code in _codes(node.args[CODE]):
                yield node, code


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _codes(argument: ast.expr) -> list[str]:
    """The literal codes of a call; none where a code is only handed on."""
    branches = (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,)
    return [str(each.value) for each in branches if isinstance(each, ast.Constant)]


def test_the_search_sees_the_complaints() -> None:
    """If reporting is renamed, the tests of completeness below must not pass on nothing."""
    assert len(complaints()) > 90
    assert {"yaml", "unknown_key", "dead_end", "slot_unknown", "loop"} <= {
        c.code for c in complaints()
    }


@pytest.mark.parametrize("code", sorted({complaint.code for complaint in complaints()}))
def test_a_code_has_its_bad_file(code: str) -> None:
    """Whoever adds a code shows what it is for."""
    assert any(read_bad(BAD / name).code == code for name in FILES), (
        f"write tests/flows/bad/{code}.yaml"
    )


@pytest.mark.parametrize("code", sorted({read_bad(BAD / name).code for name in FILES}))
def test_a_bad_file_names_a_code_of_the_source(code: str) -> None:
    """A code that was renamed does not stay behind in the data."""
    assert code in {complaint.code for complaint in complaints(*SOURCES, BETWEEN)}


def test_each_complaint_is_made_by_a_bad_file() -> None:
    """One code can be reported in many places; each of them is reached."""
    sites = {site for name in FILES for site in outcome(read_bad(BAD / name))[1]}
    silent = [
        str(complaint)
        for complaint in complaints()
        if not any(
            (complaint.file, line) in sites for line in range(complaint.first, complaint.last + 1)
        )
    ]
    assert silent == [], "no bad file makes these:\n" + "\n".join(silent)


def test_the_bad_files_are_well_kept() -> None:
    """Only YAML files, no two of the same content; what is replaced is in the base, what is added is not."""
    assert len(FILES) >= 55
    assert [name for name in FILES if not name.endswith(".yaml")] == []
    contents = [(BAD / name).read_bytes() for name in FILES]
    assert len(set(contents)) == len(contents)
    for name in FILES:
        bad = read_bad(BAD / name)
        assert bad.new != (BASE / bad.place).is_file(), name
