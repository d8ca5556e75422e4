"""The process in which a workbook is written, so that nobody else waits for it and nothing of it stays.

It is started as `python -m api.spreadsheets.writer`. On its input come frames: first the columns and the words around
them, then the lines, some at a time, until the end. Out goes the file.
"""

import resource
import sys
from collections.abc import Iterator

from api.spreadsheets.columns import Column, Line, Words, tuples
from api.spreadsheets.frames import Frame, read_frame
from api.spreadsheets.writing import workbook

LIMITS = {
    resource.RLIMIT_AS: 512 << 20,
    resource.RLIMIT_CPU: 20,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NPROC: 0,
}


def main() -> None:
    """Read, write, and end."""
    for what, most in LIMITS.items():
        resource.setrlimit(what, (most, most))
    head = read_frame(sys.stdin.buffer)
    columns = [Column.of(column) for column in head["columns"]]
    words = Words(**tuples(head["words"]))
    sys.stdout.buffer.write(workbook(columns, _lines(columns), words, to_fill_in=head["to_fill_in"]))


def _lines(columns: list[Column]) -> Iterator[Line]:
    names = [column.name for column in columns]
    while frame := _next():
        for cells, wrong in frame["lines"]:
            yield Line(dict(zip(names, cells, strict=True)), wrong)


def _next() -> Frame | None:
    try:
        return read_frame(sys.stdin.buffer)
    except EOFError:
        return None


if __name__ == "__main__":
    main()
