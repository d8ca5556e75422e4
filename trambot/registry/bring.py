"""`trambot import subjects`: a file comes into the registry, on all cores, and goes on where it was (R19)."""

import csv
import io
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from itertools import chain
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

import psycopg
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from api.settings import ApiSettings
from models.rules import VIETNAM
from trambot.registry.columns import ColumnsMissing, Places, reader_of
from trambot.registry.pieces import SIZE, STANDARD_INPUT, NoTable, Piece, header_of, opened, pieces
from trambot.registry.worker import Done, Order, titles, work
from trambot.servers.problems import Unavailable
from trambot.settings import OwnerSettings

ONE_AT_A_TIME = "SELECT pg_try_advisory_lock(hashtextextended('subject_import', 0))"
EVERY = 10.0
"""Seconds between two lines of progress, where there is no terminal."""
KNOWN = "SELECT id, piece_size, ended_at FROM subject_import WHERE beginning = %s"
BEGIN = "INSERT INTO subject_import (id, beginning, piece_size, started_at) VALUES (%s, %s, %s, %s)"
END = "UPDATE subject_import SET ended_at = %s WHERE id = %s"
PIECES = 'SELECT "begin", digest, rows, refused FROM subject_import_piece WHERE import_id = %s'


class NotBroughtIn(Unavailable):
    """Why nothing more is brought in, and what to do."""


@dataclass
class Tally:
    """How far it is."""

    rows: int = 0
    refused: int = 0
    bytes: int = 0

    def add(self, done: Done) -> None:
        """A piece more."""
        self.rows += done.rows
        self.refused += done.refused


def bring(name: str, console: Console, processes: int | None = None, size: int = SIZE) -> Tally:
    """Bring the file in, or the rest of it, in pieces of that size.

    Raises:
        NoTable, NotBroughtIn: why not, or no further.
    """
    owner_url = OwnerSettings.read().database_owner_url.get_secret_value()
    keys = ApiSettings.read().keys
    with psycopg.connect(owner_url, autocommit=True) as link, opened(name) as (file, length):
        if link.execute(ONE_AT_A_TIME).fetchone() != (True,):
            raise NotBroughtIn("Another import is under way. Wait for its end, or stop it, and start this one again.")
        line, header = _header(file)
        coming = pieces(file, len(line), size)
        first = next(coming, None)
        if first is None:
            raise NoTable("The file has no rows.")
        import_id, there = _begun(link, blake2b(line + first.rows, digest_size=16).digest(), size)
        tally = Tally(bytes=len(line))
        with _refused_rows(name, header) as refused, _progress(console, length, tally) as tell:
            order = Order(import_id, owner_url, keys, header, today(), refused)
            _bring_all(order, chain([first], coming), there, tally, tell, processes or os.cpu_count() or 1)
        link.execute(END, [datetime.now(UTC), import_id])
    return tally


def today() -> date:
    """Nobody is born after it."""
    return datetime.now(VIETNAM).date()


def _header(file: BinaryIO) -> tuple[bytes, list[str]]:
    """The first line, and the titles in it.

    Raises:
        NoTable: they do not name what every row must have.
    """
    line, plain = header_of(file)
    [titles_given] = csv.reader([plain.decode("utf-8", "replace")])
    try:
        reader_of(titles_given, Places({}, frozenset()), today())
    except ColumnsMissing as missing:
        raise NoTable(f"These columns are missing: {missing}. The first row must name them.") from None
    return line, titles_given


def _begun(link: psycopg.Connection, beginning: bytes, size: int) -> tuple[UUID, dict[int, tuple[bytes, Done]]]:
    """The import of such a file, and the pieces of it that are there already, by where they begin."""
    known = link.execute(KNOWN, [beginning]).fetchone()
    if known is None:
        import_id = uuid4()
        link.execute(BEGIN, [import_id, beginning, size, datetime.now(UTC)])
        return import_id, {}
    import_id, piece_size, ended_at = known
    if ended_at is not None:
        when = ended_at.astimezone(VIETNAM)
        raise NotBroughtIn(f"This file was brought in on {when:%d/%m/%Y, %H:%M}; nothing of it is brought in twice.")
    if piece_size != size:
        raise NotBroughtIn("This import was begun by another version of trambot; finish it with that one.")
    there = {begin: (digest, Done(begin, *counts)) for begin, digest, *counts in link.execute(PIECES, [import_id])}
    return import_id, there


def _bring_all(
    order: Order,
    coming: Iterator[Piece],
    there: dict[int, tuple[bytes, Done]],
    tally: Tally,
    tell: "Tell",
    processes: int,
) -> None:
    """Give every piece that is not there yet to whoever is free."""
    line = 2  # as a spreadsheet counts them; the first is the header's
    with _workers(order, processes) as idle:
        busy: list[Connection] = []

        def collect() -> None:
            for pipe in wait(busy):
                assert isinstance(pipe, Connection)  # noqa: S101 - for the type checker
                tally.add(_answer(pipe))
                busy.remove(pipe)
                idle.append(pipe)
            tell()

        for piece in coming:
            tally.bytes = piece.end
            if piece.begin in there:
                digest, done = there[piece.begin]
                if digest != piece.digest:
                    raise NotBroughtIn(f"The file has changed at byte {piece.begin} since its import was begun.")
                tally.add(done)
            else:
                if not idle:
                    collect()
                pipe = idle.pop()
                pipe.send((piece, line))
                busy.append(pipe)
            line += piece.rows.count(b"\n")
        while busy:
            collect()


def _answer(pipe: Connection) -> Done:
    try:
        done: Done = pipe.recv()
    except EOFError:
        raise NotBroughtIn("A process of the import has died; start it again, and it goes on where it was.") from None
    return done


@contextmanager
def _workers(order: Order, count: int) -> Iterator[list[Connection]]:
    """So many processes, each at the other end of a pipe."""
    context = get_context("spawn")
    ours, processes = list[Connection](), []
    for _ in range(count):
        mine, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs, order), daemon=True)
        process.start()
        theirs.close()
        ours.append(mine)
        processes.append(process)
    try:
        yield list(ours)
        for pipe in ours:
            pipe.send(None)
    finally:
        for pipe in ours:
            pipe.close()
        for process in processes:
            process.join()


@contextmanager
def _refused_rows(name: str, header: list[str]) -> Iterator[Path]:
    """A folder for refused rows; in the end they are one file beside the one they are from, for its reader alone."""
    base = Path("subjects.csv") if name == STANDARD_INPUT else Path(name)
    folder = base.with_name(f"{base.name}.refused")
    folder.mkdir(mode=0o700, exist_ok=True)
    yield folder
    parts = sorted(folder.iterdir())
    if parts:
        with open(refused_file(name), "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as whole:
            first = io.StringIO(newline="")
            csv.writer(first).writerow(titles(header))
            whole.write(b"\xef\xbb\xbf" + first.getvalue().encode())
            whole.writelines(part.read_bytes() for part in parts)
    shutil.rmtree(folder)


def refused_file(name: str) -> Path:
    """Where the refused rows are in the end."""
    base = Path("subjects.csv") if name == STANDARD_INPUT else Path(name)
    return base.with_name(f"{base.name}.refused.csv")


class Tell:
    """Shows how far it is: a bar on a terminal, a line now and then anywhere else."""

    def __init__(self, console: Console, bar: Progress | None, size: int | None, tally: Tally) -> None:
        self._console, self._bar, self._size, self._tally = console, bar, size, tally
        self._task = bar.add_task("", total=size) if bar else None
        self._began = self._told = time.monotonic()

    def __call__(self) -> None:
        """Show it."""
        now = time.monotonic()
        rate = self._tally.rows / max(now - self._began, 0.001)
        told = f"{self._tally.rows:,} subjects, {self._tally.refused:,} refused, {rate:,.0f}/s"
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._tally.bytes, description=told)
        elif now - self._told > EVERY:
            self._told = now
            share = f", {self._tally.bytes / self._size:.0%}" if self._size else ""
            self._console.print(told + share, highlight=False)


@contextmanager
def _progress(console: Console, size: int | None, tally: Tally) -> Iterator[Tell]:
    if not console.is_terminal or console.is_dumb_terminal:
        yield Tell(console, None, size, tally)
        return
    columns = (TextColumn("{task.description}"), BarColumn(30), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        yield Tell(console, bar, size, tally)
