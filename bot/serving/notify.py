"""Telling the service manager how it goes: systemd's datagrams, and nothing at all where there is no systemd."""

from __future__ import annotations

import socket
from collections.abc import Mapping

__all__ = ["Notifier"]


class Notifier:
    """Sends to the socket that the service manager has named; without one every call does nothing. `interval` is
    how often (seconds) `watchdog` must be called, None when nobody waits for it."""

    def __init__(self, address: str = "", interval: float | None = None) -> None:
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.interval = interval

    @classmethod
    def of(cls, environ: Mapping[str, str], pid: int) -> Notifier:
        """What the environment says to the process `pid`: half of the time until it would be killed."""
        wait = environ.get("WATCHDOG_USEC", "")
        meant = environ.get("WATCHDOG_PID", str(pid)) == str(pid)
        interval = int(wait) / 2_000_000 if meant and wait.isdecimal() and int(wait) else None
        return cls(environ.get("NOTIFY_SOCKET", ""), interval)

    def ready(self) -> None:
        """Everything is up: who waits for this service may start."""
        self._send("READY=1")

    def watchdog(self) -> None:
        """Still alive."""
        self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        self._send("STATUS=" + text.replace("\n", " "))

    def stopping(self) -> None:
        """Asked to stop, and doing so."""
        self._send("STOPPING=1")

    def _send(self, text: str) -> None:
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
                sock.setblocking(False)
                sock.sendto(text.encode(), self._address)
        except OSError:
            pass  # a manager that does not listen must not stop the bot
