"""The demo's secrets: made once, kept in files that only their owner can read, handed out one part at a time."""

import secrets
import shutil
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from models.sealing import KEY_BYTES
from trambot.servers.folder import secret, write_private


class Keyring:
    """A folder with one file for each secret, and one folder for each process with what that process may know."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def secret(self, name: str, make: str | None = None) -> str:
        """The secret of that name; made at the first call, at random unless `make` gives it."""
        return secret(self._folder / name, make)

    def key(self, name: str) -> str:
        """A key of 32 bytes, in base64."""
        return self.secret(name, b64encode(secrets.token_bytes(KEY_BYTES)).decode())

    def hand_to(self, part: str, known: Mapping[str, str]) -> Path:
        """The folder in which the part finds its secrets, each in a file named like its setting."""
        folder = self._folder / part
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
        for name, value in known.items():
            write_private(folder / name, value)
        return folder
