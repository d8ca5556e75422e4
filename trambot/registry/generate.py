"""`trambot generate subjects`: a file of people whom nobody is, to try an import and a look-up at scale (R19)."""

import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import zstandard

from models.particulars import Particulars
from models.roles import Level
from models.seed import areas
from models.words import Gender
from trambot.registry.columns import NAMES
from trambot.registry.people import people
from trambot.registry.pieces import STANDARD_INPUT

COLUMNS = ("full_name", "birth", "gender", "id_numbers", "phones", "guardian", "area", "address")
GENDERS = {Gender.MALE: "Nam", Gender.FEMALE: "Nữ"}


def generate(count: int, name: str, seed: int) -> None:
    """Write so many people to that file, packed if its name ends so; «-» is standard output."""
    communes = sorted(code for _, code, level, *_ in areas() if level is Level.COMMUNE)
    with _opened(name) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NAMES[column] for column in COLUMNS)
        writer.writerows(_rows(people(communes, count, seed)))


def _rows(everybody: Iterable[Particulars]) -> Iterator[tuple[str, ...]]:
    for one in everybody:
        who, rest = one.sensitive, one.rest
        numbers = (";".join(who.id_numbers), ";".join(f"0{phone[3:]}" for phone in rest.phones))
        yield (who.full_name, who.birth.shown, GENDERS[rest.gender], *numbers, rest.guardian, who.area, who.address)


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    if name == STANDARD_INPUT:
        yield sys.stdout
    elif name.endswith(".zst"):
        with zstandard.open(Path(name), "wt", encoding="utf-8", newline="") as packed:
            yield packed
    else:
        with Path(name).open("w", encoding="utf-8", newline="") as file:
            yield file
