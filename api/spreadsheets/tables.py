"""Tables that people send and get: read and written by processes of their own, few at a time, by pieces (T21)."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from api.fair_queue import FairQueue
from api.spreadsheets.columns import Column, Line, Row, Words
from api.spreadsheets.frames import LENGTH, Frame, framed
from models.refusals import ColumnsMissing, ColumnsTwice, FileTooBig, FileUnreadable, TableEmpty, TooManyRows
from models.rules import MAX_FILE_BYTES, MAX_FILE_MEGABYTES
from models.words import FileFlaw

PATIENCE = 10
"""Seconds for a frame, on a machine that has much else to do; the reader's own limit is processor time."""
PYTHON = (sys.executable, "-P", "-s", "-X", "utf8", "-m")
ITS_ENVIRONMENT = {"PYTHONPATH": str(Path(__file__).parent.parent.parent)}
"""Where this code is, and nothing else: above all none of the service's secrets."""


class Unwritten(Exception):
    """The process that was to write a workbook ended without it."""


@dataclass(frozen=True)
class Table:
    """A table whose headers are there."""

    count: int
    """Of its rows in which something stands."""
    unknown: tuple[str, ...]
    """Headers of columns that nobody asked for."""
    batches: AsyncIterator[list[Row]]
    """The rows, as they come from the process that has them."""


class Tables:
    """Opens what people send, and writes what they get."""

    def __init__(self) -> None:
        self.queue = FairQueue(inside=2, waiting=32, waiting_of_one_source=4)
        """A process takes up to its limit of memory, so there are few at a time."""

    @asynccontextmanager
    async def opened(
        self, content: bytes, columns: Sequence[Column], *, most_rows: int, source: str
    ) -> AsyncIterator[Table]:
        """The table in an .xlsx or .csv file, told apart by what is in it.

        Raises:
            FileTooBig, FileUnreadable: it cannot be opened, or must not.
            ColumnsMissing, ColumnsTwice: its headers are not the ones wanted.
            TooManyRows, TableEmpty: too much or nothing below them.
            Busy: too many files are waiting.
        """
        if len(content) > MAX_FILE_BYTES:
            raise FileTooBig(megabytes=MAX_FILE_MEGABYTES)
        async with self.queue.place(source), _running("api.spreadsheets.reader") as process:
            wanted = {"columns": [asdict(column) for column in columns], "most_rows": most_rows}
            _tell(process, framed(wanted) + content)
            _finish(process)
            found = await _frame(process)
            _refuse(found, columns, most_rows)
            yield Table(found["count"], tuple(found["unknown"]), _batches(process, columns, found["count"]))

    async def workbook(
        self,
        columns: Sequence[Column],
        batches: AsyncIterable[Sequence[Line]],
        words: Words,
        *,
        source: str,
        to_fill_in: bool = False,
    ) -> bytes:
        """The table as .xlsx (`writing.workbook`); of its lines, only a batch is held at a time.

        Raises:
            Busy: too many files are waiting.
        """
        head = {"columns": [asdict(column) for column in columns], "words": asdict(words), "to_fill_in": to_fill_in}
        async with self.queue.place(source), _running("api.spreadsheets.writer") as process:
            assert process.stdin  # noqa: S101 - a pipe
            assert process.stdout  # noqa: S101 - a pipe
            _tell(process, framed(head))
            with suppress(BrokenPipeError, ConnectionResetError):  # then there is no file either
                async for batch in batches:
                    _tell(process, framed({"lines": [_sent(columns, line) for line in batch]}))
                    await process.stdin.drain()
            _finish(process)
            content = await process.stdout.read()
            if await process.wait() or not content:
                raise Unwritten
            return content


@asynccontextmanager
async def _running(module: str) -> AsyncIterator[Process]:
    """A process with that module for its program; it is gone afterwards, however far it came."""
    process = await asyncio.create_subprocess_exec(
        *PYTHON, module, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=ITS_ENVIRONMENT, cwd="/"
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _tell(process: Process, content: bytes) -> None:
    assert process.stdin  # noqa: S101 - it is a pipe
    with suppress(BrokenPipeError, ConnectionResetError):  # it has seen enough
        process.stdin.write(content)


def _finish(process: Process) -> None:
    assert process.stdin  # noqa: S101 - it is a pipe
    process.stdin.close()


async def _frame(process: Process) -> Frame:
    """What the reader says next.

    Raises:
        FileUnreadable: it found a flaw, or died of one.
    """
    assert process.stdout  # noqa: S101 - it is a pipe
    try:
        async with asyncio.timeout(PATIENCE):
            [length] = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
            frame: Frame = json.loads(await process.stdout.readexactly(length))
    except (TimeoutError, asyncio.IncompleteReadError):
        raise FileUnreadable(reason=FileFlaw.TOO_MUCH_INSIDE) from None
    if "flaw" in frame:
        raise FileUnreadable(reason=FileFlaw(frame["flaw"]))
    return frame


def _refuse(found: Frame, columns: Sequence[Column], most_rows: int) -> None:
    header = {column.name: column.header for column in columns}
    if found["missing"]:
        raise ColumnsMissing(columns=[header[name] for name in found["missing"]])
    if found["twice"]:
        raise ColumnsTwice(columns=[header[name] for name in found["twice"]])
    if found["count"] > most_rows:
        raise TooManyRows(max=most_rows)
    if not found["count"]:
        raise TableEmpty


async def _batches(process: Process, columns: Sequence[Column], count: int) -> AsyncIterator[list[Row]]:
    names = [column.name for column in columns]
    while count:
        rows = (await _frame(process))["rows"]
        count -= len(rows)
        yield [Row(number, dict(zip(names, cells, strict=True)), frozenset(mended)) for number, cells, mended in rows]


def _sent(columns: Sequence[Column], line: Line) -> list[object]:
    return [[line.cells.get(column.name, "") for column in columns], dict(line.wrong)]
