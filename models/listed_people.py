"""People on a list of account requests as they are typed: the cells of a row, what they mean, what is wrong (R13)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from models.email import email
from models.full_name import full_name
from models.names import proper_name
from models.phone import otp_phone
from models.refusals import LinesUnreadable, Refusal
from models.rules import CELL_MAX_LENGTH, LINES_MAX_LENGTH
from models.spelling import folded_name, plain_number
from models.words import Gender, Right


class PersonColumn(StrEnum):
    """A column of the list of people, in the order of the dispatch."""

    FULL_NAME = "full_name"
    GENDER = "gender"
    UNIT = "unit"
    POSITION = "position"
    EMAIL = "email"
    PHONE = "phone"
    RIGHTS = "rights"


class PersonFlaw(StrEnum):
    """Why nobody can be asked for by such a cell."""

    CELL_EMPTY = "cell_empty"
    FULL_NAME_INVALID = "full_name_invalid"
    GENDER_UNKNOWN = "gender_unknown"
    UNIT_UNKNOWN = "unit_unknown"
    """It is not there, or out of scope (R12)."""
    UNIT_UNCLEAR = "unit_unclear"
    UNIT_CLOSED = "unit_closed"
    POSITION_INVALID = "position_invalid"
    EMAIL_INVALID = "email_invalid"
    PHONE_INVALID = "phone_invalid"
    RIGHTS_UNKNOWN = "rights_unknown"


class PersonDoubt(StrEnum):
    """Why somebody is perhaps known already; only a person can tell."""

    PHONE_IN_USE = "phone_in_use"
    PHONE_ASKED = "phone_asked"
    PHONE_TWICE = "phone_twice"


class RowState(StrEnum):
    """Whether a row can be sent as it is."""

    READY = "ready"
    WRONG = "wrong"
    DOUBTFUL = "doubtful"


Cells = Mapping[str, str]
"""By column, what was typed; "" where nothing was."""
Flaws = dict[PersonColumn, PersonFlaw]

MAY_BE_EMPTY = frozenset({PersonColumn.EMAIL, PersonColumn.UNIT})
"""Somebody may have no address; and who names no unit is asked for at the asker's own."""

GENDERS: dict[str, Gender] = {"nam": Gender.MALE, "nu": Gender.FEMALE} | {str(one): one for one in Gender}
RIGHTS = {
    "nhap lieu": Right.DATA_ENTRY,
    "cap nhat lich su mui tiem": Right.DOSE_HISTORY,
    "lich su mui tiem": Right.DOSE_HISTORY,
    "quan ly thong tin doi tuong tiem chung": Right.SUBJECT_DATA,
    "thong tin doi tuong tiem chung": Right.SUBJECT_DATA,
    "quan ly doi tuong": Right.SUBJECT_DATA,
    "data entry": Right.DATA_ENTRY,
    "dose history": Right.DOSE_HISTORY,
    "subject data": Right.SUBJECT_DATA,
}
"""What people type for them, folded; the sources' own words first."""

BETWEEN_RIGHTS = re.compile(r"[,;/+\n]")
BETWEEN_CELLS = ("\t", ";", ",")
"""What parts the cells of a line that is typed: the first of them that stands in it."""
ORDINAL = re.compile(r"\s*\d{1,4}(?:[.)]\s*|\s*$)")
ALSO_HEADED = {
    PersonColumn.FULL_NAME: ("Họ và tên",),
    PersonColumn.POSITION: ("Chức danh",),
    PersonColumn.EMAIL: ("E-mail", "Thư điện tử"),
    PersonColumn.PHONE: ("Điện thoại", "Số ĐT", "SĐT"),
    PersonColumn.RIGHTS: ("Quyền",),
}
"""What people write above a column, besides what it is called."""
NAME_HEADERS = frozenset({"ho ten", "ho va ten", "full name"})


@dataclass(frozen=True)
class Judged:
    """What the cells of a row mean, as far as they mean something; the unit is found by who has the units."""

    values: Mapping[str, Any]
    flaws: Flaws = field(default_factory=dict)


def judged(cells: Cells) -> Judged:
    """The row's values, and everything that is wrong with it at once."""
    values: dict[str, Any] = {}
    flaws: Flaws = {}
    for column, (mean, flaw) in MEANINGS.items():
        typed = cells.get(column, "").strip()
        if not typed:
            if column not in MAY_BE_EMPTY:
                flaws[column] = PersonFlaw.CELL_EMPTY
            continue
        try:
            values[column] = mean(typed)
        except (Refusal, KeyError):
            flaws[column] = flaw
    return Judged(values, flaws)


def gender(typed: str) -> Gender:
    """Raises KeyError: no word for one."""
    return GENDERS[folded_name(typed)]


def rights(typed: str) -> list[Right]:
    """Raises KeyError: one of them is no right."""
    wanted = {RIGHTS[folded_name(one)] for one in BETWEEN_RIGHTS.split(typed) if one.strip()}
    return [right for right in Right if right in wanted]


MEANINGS: dict[PersonColumn, tuple[Callable[[str], Any], PersonFlaw]] = {
    PersonColumn.FULL_NAME: (full_name, PersonFlaw.FULL_NAME_INVALID),
    PersonColumn.GENDER: (gender, PersonFlaw.GENDER_UNKNOWN),
    PersonColumn.POSITION: (proper_name, PersonFlaw.POSITION_INVALID),
    PersonColumn.EMAIL: (email, PersonFlaw.EMAIL_INVALID),
    PersonColumn.PHONE: (otp_phone, PersonFlaw.PHONE_INVALID),
    PersonColumn.RIGHTS: (rights, PersonFlaw.RIGHTS_UNKNOWN),
}


def shortened(cells: Cells) -> dict[str, str]:
    """The cells as they are kept: no cell of a person needs more."""
    return {column: cells.get(column, "").strip()[:CELL_MAX_LENGTH] for column in PersonColumn}


def pasted(text: str) -> str:
    """Lines that name people.

    Raises:
        LinesUnreadable: none does, or they are too many signs.
    """
    if len(text) > LINES_MAX_LENGTH or not any(True for _ in people_in(text)):
        raise LinesUnreadable
    return text


def people_in(text: str) -> Iterator[Cells]:
    """The rows that typed lines are, one a line: told by what they look like, and the rest by their order.

    «Nguyễn Thị Hoa, nữ, điều dưỡng, hoa@tramyte.vn, 0912 345 678, nhập liệu»
    """
    for line in text.splitlines():
        sign = next((sign for sign in BETWEEN_CELLS if sign in line), None)
        if sign is None:
            continue
        typed = [cell.strip(" .\u00a0") for cell in ORDINAL.sub("", line, count=1).split(sign)]
        while typed and (not typed[0] or ORDINAL.fullmatch(typed[0])):
            del typed[0]
        if len([cell for cell in typed if cell]) > 1 and not NAME_HEADERS & set(map(folded_name, typed)):
            yield _in_order(typed) or _placed([cell for cell in typed if cell])


def _in_order(cells: list[str]) -> Cells | None:
    """The cells in the order of the columns, if there is one for each, and none is plainly another's."""
    columns = list(PersonColumn)
    seen = [_column_of(cell) if cell else None for cell in cells]
    if len(cells) < len(columns) or any(one not in {None, column} for one, column in zip(seen, columns, strict=False)):
        return None
    *first, _ = columns
    rights = [cell for cell in cells[len(first) :] if cell]
    return {**dict(zip(map(str, first), cells, strict=False)), str(PersonColumn.RIGHTS): ", ".join(rights)}


def _placed(cells: list[str]) -> Cells:
    """A line's cells in their columns."""
    placed: dict[str, str] = {}
    words: list[str] = []
    wanted: list[str] = []
    for cell in cells:
        column = _column_of(cell)
        if column is PersonColumn.RIGHTS:
            wanted.append(cell)
        elif column is None or column in placed:
            words.append(cell)
        else:
            placed[column] = cell
    order = [PersonColumn.FULL_NAME, PersonColumn.POSITION]
    if len(words) > len(order):
        order.insert(1, PersonColumn.UNIT)
    named = dict(zip(map(str, order), words, strict=False))
    unknown = words[len(order) :]  # perhaps meant for rights, which then say that they are not known
    return placed | named | {str(PersonColumn.RIGHTS): ", ".join(wanted + unknown)}


def _column_of(cell: str) -> PersonColumn | None:
    """The column that the cell belongs to by what it looks like."""
    if "@" in cell:
        return PersonColumn.EMAIL
    if plain_number(cell).removeprefix("+").isdecimal():
        return PersonColumn.PHONE
    if folded_name(cell) in GENDERS:
        return PersonColumn.GENDER
    if all(folded_name(one) in RIGHTS for one in BETWEEN_RIGHTS.split(cell) if one.strip()):
        return PersonColumn.RIGHTS
    return None
