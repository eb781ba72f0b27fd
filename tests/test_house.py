"""The rules of the house that no linter knows: sizes, the lock, the wheel, nothing of one machine."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "bot").rglob("*.py"))
FILE_LINES = 400
FUNCTION_LINES = 40

# Written in pieces, so that this file passes its own test.
FOREIGN = re.compile(
    "|".join(
        [
            r"--(?:extra-)?index" + r"-url[ =]",
            r"--find" + r"-links",
            r"pypi\.org" + r"/simple",
            r"files\.python" + r"hosted",
            r"registry\.npm" + r"js",
            r"\"resolved\": *\"" + r"https?:",
            r"(?<![\w.-])/(?:work|farm|root|Users)" + r"/\w",
            r"/opt/(?:wheels|pypi)",
            r"file:" + r"///",
        ]
    )
)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def pyproject() -> dict[str, dict[str, object]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


# Nothing of one machine


def test_no_index_address_and_no_machine_path_is_committed() -> None:
    found = [
        f"{relative(path)}:{number}: {match.group()}"
        for path in tracked_files()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if (match := FOREIGN.search(line))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "--extra-index" + "-url https://example.org/simple",
        "--index" + "-url=https://example.org",
        "cd /wor" + "k/main",
        "-f file:/" + "//srv/wheels",
    ],
)
def test_the_search_for_machine_paths_sees_them(line: str) -> None:
    assert FOREIGN.search(line)


# Sizes


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_is_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= FILE_LINES, f"{lines} lines; split it by noun"


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_its_functions_are_short(path: Path) -> None:
    lengths = {
        f"{relative(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for node in functions(path)
    }
    assert not {name: size for name, size in lengths.items() if size > FUNCTION_LINES}


@pytest.mark.parametrize("path", sorted((ROOT / "bot" / "core").rglob("*.py")), ids=relative)
def test_the_core_does_not_look_at_the_clock(path: Path) -> None:
    clock = {"now", "utcnow", "today", "fromtimestamp"}
    calls = [
        f"{relative(path)}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in clock
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date", "dt"}
    ]
    assert not calls


def test_every_ignored_check_has_its_reason() -> None:
    ignore = re.compile(r"# (?:noqa|type: ignore)(.*)")
    reason = re.compile(r"(?:: [A-Z]+\d+(?:, [A-Z]+\d+)*|\[[\w, -]+\])\W+\w.{4,}")
    bare = [
        f"{relative(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (match := ignore.search(line)) and not reason.fullmatch(match.group(1))
    ]
    assert not bare


# The lock


def lock_entries() -> dict[str, list[str]]:
    """Hashes by requirement line."""
    entries: dict[str, list[str]] = {}
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line.startswith("    --hash=sha256:"):
            entries[list(entries)[-1]].append(line.strip(" \\"))
        else:
            entries[line.rstrip(" \\")] = []
    return entries


def test_the_lock_holds_exact_versions_with_hashes_and_nothing_else() -> None:
    for line, hashes in lock_entries().items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", line), line
        assert hashes, f"{line} has no hash"
        assert len(set(hashes)) == len(hashes)


def test_the_lock_serves_other_machines_too() -> None:
    hashes = {line.split("==")[0]: found for line, found in lock_entries().items()}
    for compiled in ("pyyaml", "opencc", "ruff", "mypy", "scipy", "scikit-learn"):
        assert len(hashes[compiled]) > 8, f"{compiled}: only {len(hashes[compiled])} files"


def test_the_lock_answers_every_declared_requirement(
    pyproject: dict[str, dict[str, object]],
) -> None:
    project, build = pyproject["project"], pyproject["build-system"]
    extras = project["optional-dependencies"]
    assert isinstance(extras, dict)
    declared = [project["dependencies"], build["requires"], *extras.values()]
    locked: dict[str, list[str]] = {}
    for line in lock_entries():
        name, version = line.split(" ;")[0].split("==")
        locked.setdefault(name, []).append(version)
    for requirements in declared:
        assert isinstance(requirements, list)
        for requirement in map(Requirement, requirements):
            name = canonicalize_name(requirement.name)
            if name == "zhenren":
                continue
            assert locked.get(name), f"{name} is not in the lock"
            assert all(version in requirement.specifier for version in locked[name]), requirement


# The wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked as an installer would."""
    built = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-cache-dir"]
    command = [sys.executable, "-m", "pip", "wheel", *options, "-w", str(built), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    site = tmp_path_factory.mktemp("site")
    [archive] = built.glob("zhenren-*.whl")
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(site)
    return site


def shipped(directory: Path) -> set[str]:
    visible = {path for path in tracked_files() if path.is_relative_to(directory)}
    return {path.relative_to(directory).as_posix() for path in visible}


def present(directory: Path) -> set[str]:
    return {p.relative_to(directory).as_posix() for p in directory.rglob("*") if p.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["flows", "locales"])
def test_the_wheel_carries_all_of(wheel: Path, name: str) -> None:
    assert present(wheel / "bot" / "_data" / name) == shipped(ROOT / name) != set()


@pytest.mark.slow
def test_the_wheel_carries_the_package_and_not_the_tests(wheel: Path) -> None:
    code = {name for name in present(wheel / "bot") if not name.startswith("_data/")}
    assert code == shipped(ROOT / "bot")
    [metadata] = wheel.glob("zhenren-*.dist-info")
    assert {path.name for path in wheel.iterdir()} == {"bot", metadata.name}


@pytest.mark.slow
def test_an_installed_wheel_finds_its_own_data(wheel: Path, tmp_path: Path) -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(wheel)!r}); from bot import config; "
        "print(config.flows_dir(), config.locales_dir(), sep='\\n')"
    )
    command = [sys.executable, "-I", "-W", "error", "-c", script]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    data = (wheel / "bot" / "_data").resolve()
    assert run.stdout.splitlines() == [str(data / "flows"), str(data / "locales")]
