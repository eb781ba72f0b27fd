"""Puts a phrase on the clipboard: through the terminal (OSC 52), and through this machine's tool.

OSC 52 also works over ssh, where the machine's clipboard would be the wrong one; some local
terminals ignore it, which is why the tool is tried too. Neither can report success for certain.
"""

import base64
import os
import shutil
import subprocess
from collections.abc import Mapping

# The variable that must be set, the tool, its options.
_TOOLS = (
    ("", "pbcopy"),
    ("", "clip.exe"),
    ("WAYLAND_DISPLAY", "wl-copy"),
    ("DISPLAY", "xclip", "-selection", "clipboard"),
    ("DISPLAY", "xsel", "--clipboard", "--input"),
)
_SECONDS = 2.0


def osc52(text: str, environ: Mapping[str, str] = os.environ) -> str:
    """The escape sequence that asks the terminal to take `text`."""
    payload = base64.b64encode(text.encode()).decode()
    sequence = f"\x1b]52;c;{payload}\x07"
    if environ.get("TERM", "").startswith("screen") and "TMUX" not in environ:
        return f"\x1bP{sequence}\x1b\\"  # GNU screen hands on only what is wrapped
    return sequence


def give_to_tool(text: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a clipboard tool of this machine took `text`."""
    command = _tool(environ)
    if command is None:
        return False
    try:
        done = subprocess.run(  # noqa: S603 - a command of the table; the text goes in by stdin
            command,
            input=text.encode("utf-16" if command[0].endswith("clip.exe") else "utf-8"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False  # no display, or a tool that hangs: OSC 52 was sent already
    return done.returncode == 0


def _tool(environ: Mapping[str, str]) -> list[str] | None:
    """The first tool that is installed and has a display to talk to; none over ssh."""
    if "SSH_CONNECTION" in environ:
        return None
    for needs, name, *options in _TOOLS:
        path = shutil.which(name, path=environ.get("PATH"))
        if path and (not needs or needs in environ):
            return [path, *options]
    return None
