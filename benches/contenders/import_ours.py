"""Pieces of a file brought in by one process as `trambot import subjects` does it, and ready rows copied by psycopg.

By turns, a piece each, into the same table; the ready rows are those that our pieces have made.
"""

import csv
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg

from api.settings import ApiSettings
from benches.contenders.clock import tell
from trambot.registry.bring import BEGIN, today
from trambot.registry.generate import generate
from trambot.registry.pieces import SIZE, header_of, pieces
from trambot.registry.worker import COMMIT_LATER, Bringing, Order

COLUMNS = "id, phone_key, document_key, unit_id, version, scheme, area, sensitive_sealed, rest_sealed"
READY = f"SELECT {COLUMNS} FROM subject ORDER BY id DESC LIMIT %s"  # noqa: S608 - the constant above
COPY = f"COPY subject ({COLUMNS}) FROM STDIN (FORMAT binary)"
TYPES = ["int8", "int8", "int8", "int8", "int4", "int2", "text", "bytea", "bytea"]
ROOM = """
SELECT (pg_total_relation_size('subject') + pg_total_relation_size('subject_key'))::float8 / count(*),
    avg(octet_length(sensitive_sealed) + octet_length(rest_sealed))::float8 FROM subject
"""
BESIDES = 2 * 8 + 8 + 2 + 5
"""Bytes of the payload that are not sealed: two keys, the unit, the year of the division and the commune's code."""
TABLES = ("subject_key", "subject", "subject_import_piece", "subject_import")


def main(owner_url: str, count: str) -> None:
    """Tell the rows a second of each, our CPU a row, and the bytes of a subject."""
    with psycopg.connect(owner_url, autocommit=True) as link, tempfile.TemporaryDirectory() as folder:
        link.execute(COMMIT_LATER)
        for table in TABLES:
            link.execute(f"DELETE FROM {table}")  # noqa: S608 - the constants above
            link.execute(f"VACUUM FULL {table}")
        path = Path(folder) / "subjects.csv"
        generate(int(count), str(path), 1)
        with path.open("rb") as file:
            line, header = header_of(file)
            [titles] = csv.reader([header.decode()])
            import_id = uuid4()
            link.execute(BEGIN, [import_id, b"bench", SIZE, datetime.now(UTC)])
            order = Order(import_id, owner_url, ApiSettings.read().keys, titles, today(), Path(folder))
            bringing, rows = Bringing(link, order), 0
            ours = copied = cpu = 0.0
            for piece in pieces(file, len(line), SIZE):
                began, used = time.perf_counter(), time.process_time()
                done = bringing.bring(piece, 0)
                ours, cpu, rows = ours + time.perf_counter() - began, cpu + time.process_time() - used, rows + done.rows
                ready = _ready(link, done.rows)
                began = time.perf_counter()
                with link.transaction(), link.cursor() as cursor, cursor.copy(COPY) as copy:
                    copy.set_types(TYPES)
                    for row in ready:
                        copy.write_row(row)
                copied += time.perf_counter() - began
        link.execute("VACUUM ANALYZE subject")
        room = link.execute(ROOM).fetchone()
    assert room  # noqa: S101 - for the type checker
    sizes = {"room": room[0], "payload": room[1] + BESIDES}
    tell(ours=rows / ours, copied=rows / copied, cpu=cpu / rows * 1e6, **sizes)


def _ready(link: psycopg.Connection, count: int) -> list[tuple[object, ...]]:
    """Rows as they are in the table, under numbers of their own."""
    rows = link.execute(READY, [count]).fetchall()
    numbers = link.execute("SELECT nextval('subject_id_seq') FROM generate_series(1, %s)", [len(rows)])
    return [(number, *row[1:]) for (number,), row in zip(numbers, rows, strict=True)]


if __name__ == "__main__":
    main(*sys.argv[1:])
