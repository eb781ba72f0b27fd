"""The two ways to the clipboard."""

import base64
from pathlib import Path

import pytest

from bot.channels.console import clipboard


def test_osc52_carries_the_text_as_base64() -> None:
    sequence = clipboard.osc52("转人工", {"TERM": "xterm"})
    assert sequence.startswith("\x1b]52;c;")
    assert sequence.endswith("\x07")
    assert base64.b64decode(sequence[7:-1]).decode() == "转人工"


def test_gnu_screen_gets_it_wrapped_and_tmux_does_not() -> None:
    assert clipboard.osc52("x", {"TERM": "screen"}).startswith("\x1bP\x1b]52;")
    assert clipboard.osc52("x", {"TERM": "screen", "TMUX": "/s"}).startswith("\x1b]52;")


@pytest.fixture
def bin_dir(tmp_path: Path) -> Path:
    tool = tmp_path / "pbcopy"
    tool.write_text(f"#!/bin/sh\n/bin/cat > {tmp_path}/clip\n", encoding="utf-8")
    tool.chmod(0o755)
    return tmp_path


def test_a_local_tool_takes_the_text(bin_dir: Path) -> None:
    assert clipboard.give_to_tool("转人工", {"PATH": str(bin_dir)})
    assert (bin_dir / "clip").read_text(encoding="utf-8") == "转人工"


def test_over_ssh_the_far_machine_is_left_alone(bin_dir: Path) -> None:
    environ = {"PATH": str(bin_dir), "SSH_CONNECTION": "1 2 3 4"}
    assert not clipboard.give_to_tool("x", environ)


def test_without_a_tool_or_a_display_nothing_is_run(tmp_path: Path) -> None:
    for name in ("xclip", "xsel", "wl-copy"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    assert not clipboard.give_to_tool("x", {"PATH": str(tmp_path)})
    assert clipboard.give_to_tool("x", {"PATH": str(tmp_path), "DISPLAY": ":0"})


def test_a_tool_that_fails_is_not_success(bin_dir: Path) -> None:
    (bin_dir / "pbcopy").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    assert not clipboard.give_to_tool("x", {"PATH": str(bin_dir)})
