"""An installation that a registry is brought into, and files of people to bring."""

import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from rich.console import Console

from models.sealing import Keys
from trambot.registry.bring import bring
from trambot.registry.generate import generate
from trambot.servers.problems import Unavailable

RAW = bytes(range(32))
KEYS = Keys(1, {1: RAW}, RAW)
SIZE = 20_000
"""Bytes of a piece here: some two hundred rows."""
BRING = """
import sys
from rich.console import Console
from trambot.registry.bring import bring
tally = bring(sys.argv[1], Console(stderr=True), int(sys.argv[3]), size=int(sys.argv[2]))
print(tally.rows, tally.refused)
"""


@dataclass(frozen=True)
class Installation:
    """Where `trambot import subjects` does its work."""

    owner: psycopg.Connection

    def begin(self, file: str, stdin: bytes | None = None, processes: int = 1) -> "subprocess.Popen[bytes]":
        """Begin to bring it in, in a process of its own, and of a group of its own with those it starts."""
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [sys.executable, "-c", BRING, file, str(SIZE), str(processes)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            start_new_session=True,
        )
        if stdin is not None:
            assert process.stdin
            process.stdin.write(stdin)
            process.stdin.close()
            process.stdin = None
        return process

    def bring(self, file: str | Path, stdin: bytes | None = None) -> tuple[int, str]:
        """Bring it in; the exit code, and what was said."""
        process = self.begin(str(file), stdin)
        out, err = process.communicate(timeout=60)
        return process.returncode, (out + err).decode()

    def refuses(self, file: str | Path) -> str:
        """Why nothing is brought in of it."""
        with pytest.raises(Unavailable) as problem:
            bring(str(file), Console(stderr=True), 1, size=SIZE)
        return str(problem.value)

    def one(self, statement: str) -> int:
        """The number that a statement finds."""
        row = self.owner.execute(statement.encode()).fetchone()
        assert row
        return int(row[0])

    @property
    def subjects(self) -> int:
        return self.one("SELECT count(*) FROM subject")


@pytest.fixture
def installation(owner_url: str, api_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """Its database is empty but for areas and units."""
    key = b64encode(RAW).decode()
    settings = {
        "TRAMBOT_DATABASE_OWNER_URL": owner_url,
        "TRAMBOT_DATABASE_URL": api_url,
        "TRAMBOT_SERVICE_KEY": "s" * 32,
        "TRAMBOT_SEALING_KEYS": f'{{"1": "{key}"}}',
        "TRAMBOT_DIGEST_KEY": key,
        "TRAMBOT_SMS_URL": "http://127.0.0.1:1/sms",
        "TRAMBOT_SMS_KEY": "k",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        yield Installation(owner)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A file of 10,000."""
    path = tmp_path / "subjects.csv"
    generate(10_000, str(path), 1)
    return path
