"""Sealing: what a person asks to keep whole, readable only with the key.

Each person has a key of their own; it lies beside their values, itself sealed with the master key, which is
in a file outside the database and in no backup. Deleting the row makes the values unreadable for good.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.core.errors import ConfigError, StorageError

__all__ = ["Sealer"]


class Sealer:
    """Seals with the master key in `path`; the key is made when it is first needed (0600)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def seal(self, values: Mapping[str, str], before: str | None = None) -> str:
        """The values as a text to store; the person's key of `before` is used again."""
        from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415 - 40 ms: only for those who keep numbers

        master = self._master(create=before is None)
        try:
            wrapped = (
                json.loads(before)["key"] if before else _wrapped(master, Fernet.generate_key())
            )
            own = Fernet(master.decrypt(wrapped.encode()))
        except (InvalidToken, ValueError, KeyError):
            raise self._foreign() from None
        sealed = own.encrypt(json.dumps(dict(values), ensure_ascii=False).encode())
        return json.dumps({"key": wrapped, "values": sealed.decode()})

    def open(self, text: str) -> dict[str, str]:
        """The values of a sealed text. StorageError when the key is gone or another one."""
        from cryptography.fernet import Fernet, InvalidToken  # noqa: PLC0415 - as above

        try:
            data = json.loads(text)
            own = Fernet(self._master(create=False).decrypt(data["key"].encode()))
            values: dict[str, str] = json.loads(own.decrypt(data["values"].encode()))
            return values
        except (InvalidToken, ValueError, KeyError):
            raise self._foreign() from None

    def _foreign(self) -> StorageError:
        return StorageError(
            f"钥匙 {self._path} 打不开锁着的号码，不是当初那一把。请放回原来的钥匙文件"
        )

    def _master(self, *, create: bool) -> Any:
        from cryptography.fernet import Fernet  # noqa: PLC0415 - as above

        try:
            if create and not self._path.exists():
                with os.fdopen(
                    os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb"
                ) as file:
                    file.write(Fernet.generate_key())
            return Fernet(self._path.read_bytes().strip())
        except OSError as error:
            reason = error.strerror or str(error)
            raise ConfigError(
                f"钥匙文件 {self._path} 用不了（{reason}）。请检查 ZHENREN_KEY_FILE 和权限"
            ) from None
        except ValueError:
            raise ConfigError(
                f"{self._path} 不是真人的钥匙文件。请放回原来的，或换个路径"
            ) from None


def _wrapped(master: Any, key: bytes) -> str:
    """A person's key under the master key."""
    return str(master.encrypt(key).decode())
