"""What a run leaves behind, as artefacts: files, what is known of processes, PostgreSQL's pages and log."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import LiteralString, Protocol

import psycopg
from psycopg.rows import TupleRow

from tests.canaries.search import Artefact

CHUNK = 16 * 1024 * 1024  # bytes of a segment of the log
LARGEST = 512 * 1024 * 1024  # bytes; no table of a test comes near


def files(kind: str, folder: Path) -> Iterator[Artefact]:
    """Every file in the folder, at any depth, and its name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield Artefact(kind, str(path.relative_to(folder)), path.read_bytes() + str(path).encode())


def process(kind: str, number: int) -> Iterator[Artefact]:
    """What everybody on the machine can see of a process, and what its owner can."""
    for what in ("cmdline", "environ"):
        yield Artefact(kind, what, Path(f"/proc/{number}/{what}").read_bytes())


class Database(Protocol):
    """A database with all tables, areas and units, and what it leaves behind."""

    owner_url: str
    api_url: str
    superuser_url: str

    def artefacts(self) -> Iterator[Artefact]:
        """Everything the server keeps in files for it."""


@dataclass
class OwnServer:
    """The only database of a server of its own: all of the server's files."""

    owner_url: str
    api_url: str
    superuser_url: str
    data: Path

    def artefacts(self) -> Iterator[Artefact]:
        """The log of what was written is a kind of its own."""
        with psycopg.connect(self.superuser_url, autocommit=True) as link:
            link.execute("CHECKPOINT")
        for artefact in files("postgres", self.data):
            yield replace(artefact, kind="wal") if artefact.name.startswith("pg_wal/") else artefact
        yield Artefact("logs", "postgres", (self.data.parent / "log").read_bytes())


class SharedServer:
    """One database in a server that others use too: its files, and the log of what was written since."""

    def __init__(self, owner_url: str, api_url: str, superuser_url: str) -> None:
        self.owner_url, self.api_url, self.superuser_url = owner_url, api_url, superuser_url
        self._link = psycopg.connect(superuser_url, autocommit=True)
        self._ask("SELECT pg_create_physical_replication_slot('canaries_' || pg_backend_pid(), true, true)")
        [(self._since,)] = self._ask("SELECT pg_current_wal_lsn()")

    def close(self) -> None:
        """Let the server throw its log away again."""
        self._link.close()

    def artefacts(self) -> Iterator[Artefact]:
        """After a checkpoint, which writes everything out; the slot keeps the log whole."""
        self._link.execute("CHECKPOINT")
        yield from self._log()
        here = "SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()"
        [(folder,)] = self._ask(here)
        for (name,) in self._ask("SELECT pg_ls_dir(%s)", folder):
            yield Artefact("postgres", name, self._read(f"{folder}/{name}", 0, LARGEST))

    def _log(self) -> Iterator[Artefact]:
        span = "SELECT (pg_walfile_name_offset(%s::pg_lsn)).*, (pg_walfile_name_offset(pg_current_wal_lsn())).*"
        [(first, begin, last, end)] = self._ask(span, self._since)
        segments = "SELECT name FROM pg_ls_waldir() WHERE name BETWEEN %s AND %s ORDER BY name"
        for (name,) in self._ask(segments, first, last):
            at, until = begin if name == first else 0, end if name == last else CHUNK
            yield Artefact("wal", name, self._read(f"pg_wal/{name}", at, until - at))

    def _read(self, path: str, at: int, length: int) -> bytes:
        with self._link.cursor(binary=True) as cursor:
            row = cursor.execute("SELECT pg_read_binary_file(%s, %s, %s, true)", [path, at, length]).fetchone()
        return bytes(row[0]) if row and row[0] else b""

    def _ask(self, query: LiteralString, *values: object) -> list[TupleRow]:
        return self._link.execute(query, values or None).fetchall()
