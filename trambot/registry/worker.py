"""One process of an import: reads pieces, seals what they say of people, and writes each in one transaction."""

import csv
import struct
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from models.look_up import LookUpSecrets
from models.sealed_subjects import SealedSubject, sealed
from models.sealing import Keys
from trambot.registry.columns import NAMES, Places, Read, Wrong, reader_of
from trambot.registry.pieces import Piece, rows_of

STATIONS = """
SELECT a.scheme, a.code, min(u.id) FROM area a
JOIN unit u ON (u.scheme, u.area) = (a.scheme, a.code) AND u.kind = 'commune_health_station' AND u.is_open
WHERE a.level = 'commune' GROUP BY a.scheme, a.code
"""
UNITS = "SELECT id FROM unit WHERE is_open"
COMMIT_LATER = "SET synchronous_commit = off"
"""The end of the whole import waits for the disk; a piece that is lost before it is brought in again."""
SUBJECTS = """
COPY subject (id, phone_key, document_key, unit_id, version, scheme, area, sensitive_sealed, rest_sealed)
FROM STDIN (FORMAT binary)
"""
FURTHER_KEYS = "COPY subject_key (key, subject_id) FROM STDIN (FORMAT binary)"

# PostgreSQL's binary copy («COPY», file formats): each field is its length and its bytes, -1 for NULL.
HEAD, TAIL = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0), struct.pack(">h", -1)
NULL = struct.pack(">i", -1)
ID, KEY = struct.Struct(">hiq"), struct.Struct(">iq")
REST = struct.Struct(">iqiiihi")
LENGTH = struct.Struct(">i")
FURTHER = struct.Struct(">hiqiq")


@dataclass(frozen=True)
class Order:
    """What every piece of an import has in common."""

    id: UUID
    owner_url: str
    keys: Keys
    header: list[str]
    today: date
    refused: Path
    """A folder for the rows that are refused, a file for each piece."""


@dataclass(frozen=True)
class Done:
    """What became of a piece."""

    begin: int
    rows: int
    refused: int


def work(pipe: Connection, order: Order) -> None:
    """Bring in pieces as they come through the pipe, until there is no more, or nobody at its other end."""
    with psycopg.connect(order.owner_url, autocommit=True) as link:
        link.execute(COMMIT_LATER)
        bringing = Bringing(link, order)
        try:
            while (given := pipe.recv()) is not None:
                pipe.send(bringing.bring(*given))
        except (EOFError, BrokenPipeError):
            """Whoever gave the pieces is gone; what is half done is undone with the connection."""


class Bringing:
    """Brings in one piece after the other."""

    def __init__(self, link: psycopg.Connection, order: Order) -> None:
        stations = {(scheme, code): unit for scheme, code, unit in link.execute(STATIONS)}
        places = Places(stations, frozenset(id_ for (id_,) in link.execute(UNITS)))
        self._link = link
        self._order = order
        self._secrets = LookUpSecrets.of(order.keys)
        self._read: Read = reader_of(order.header, places, order.today)

    def bring(self, piece: Piece, first_line: int) -> Done:
        """Make subjects of its rows, all in one transaction with the note that they are there (T46)."""
        good, wrong = [], []
        for line, row in rows_of(piece.rows):
            try:
                good.append(self._read(row))
            except Wrong as flaw:
                wrong.append([first_line + line, flaw.told(), *row])
        self._write_down(piece, wrong)
        done = Done(piece.begin, len(good), len(wrong))
        try:
            with self._link.transaction():
                self._note(piece, done)
                self._copy(good)
        except psycopg.errors.UniqueViolation as twice:
            if twice.diag.constraint_name != "subject_import_piece_pkey":
                raise
        return done

    def _note(self, piece: Piece, done: Done) -> None:
        self._link.execute(
            'INSERT INTO subject_import_piece (import_id, "begin", digest, rows, refused) VALUES (%s, %s, %s, %s, %s)',
            [self._order.id, piece.begin, piece.digest, done.rows, done.refused],
        )

    def _copy(self, good: list[tuple[int, Any]]) -> None:
        count = "SELECT nextval('subject_id_seq') FROM generate_series(1, %s)"
        ids = [row[0] for row in self._link.execute(count, [len(good)])]
        rows = [
            (id_, unit, sealed(particulars, id_, self._order.keys, self._secrets))
            for id_, (unit, particulars) in zip(ids, good, strict=True)
        ]
        with self._link.cursor() as cursor:
            with cursor.copy(SUBJECTS) as copy:
                copy.write(b"".join([HEAD, *(_packed(*row) for row in rows), TAIL]))
            further = [FURTHER.pack(2, 8, key, 8, id_) for id_, _, row in rows for key in row.more_keys]
            if further:
                with cursor.copy(FURTHER_KEYS) as copy:
                    copy.write(b"".join([HEAD, *further, TAIL]))

    def _write_down(self, piece: Piece, wrong: list[list[Any]]) -> None:
        """Before its transaction: a piece that is brought in again writes the same once more."""
        if not wrong:
            return
        path = self._order.refused / f"{piece.begin:015}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(wrong)


def _packed(id_: int, unit: int, row: SealedSubject) -> bytes:
    area = row.area.encode()
    return b"".join(
        (
            ID.pack(9, 8, id_),
            NULL if row.phone_key is None else KEY.pack(8, row.phone_key),
            NULL if row.document_key is None else KEY.pack(8, row.document_key),
            REST.pack(8, unit, 4, 1, 2, row.scheme, len(area)),
            area,
            LENGTH.pack(len(row.sensitive)),
            row.sensitive,
            LENGTH.pack(len(row.rest)),
            row.rest,
        )
    )


def titles(header: list[str]) -> list[str]:
    """The first row of the file of refused rows."""
    return ["Dòng", "Lý do", *header] if header else ["Dòng", "Lý do", *NAMES.values()]
