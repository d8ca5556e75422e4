"""A list of people to be asked for, before it is sent (R13)."""

from typing import Annotated

from pydantic import Field

from api.schemas.values import Answer, Id, Request, Typed
from models.listed_people import PersonColumn, PersonDoubt, PersonFlaw, RowState
from models.rules import LINES_MAX_LENGTH
from models.words import Gender, Right


class PastedLines(Request):
    """People as lines, one a line, its cells parted by tabs, semicolons or commas."""

    text: Annotated[str, Field(max_length=LINES_MAX_LENGTH)] = Field(
        examples=["Nguyễn Thị Hoa, nữ, điều dưỡng, hoa@tramyte.vn, 0912 345 678, nhập liệu"]
    )


class RequestListSeen(Answer):
    """How far one's list is; all are 0 when there is none."""

    ready: int
    wrong: int
    doubtful: int = Field(description="Perhaps known already: to be confirmed, or taken off.")
    repeated: int = Field(description="Rows, of what came last, that were on the list already.")
    waiting: int = Field(description="Rows, of what came last, of people whose request waits already: left out.")
    read: int = Field(description="Rows that were read of the file that came last.")
    there: int = Field(description="Rows in it.")
    is_being_read: bool
    ignored: list[str] = Field([], description="Headers of columns that nobody asked for; nothing of them is kept.")


class RowFlawed(Answer):
    """A cell that is wrong, and why."""

    column: PersonColumn
    flaw: PersonFlaw


class ListedRow(Answer):
    """A row of the list as it was typed."""

    number: int
    state: RowState
    cells: dict[PersonColumn, str]
    flaws: list[RowFlawed]
    doubt: PersonDoubt | None


class ListedRows(Answer):
    """Rows of the list, by number."""

    rows: list[ListedRow]


class RowChange(Request):
    """What is to be different in a row; what is not given stays. A unit is given by its name or by its number."""

    full_name: Typed | None = None
    gender: Gender | None = None
    unit: Typed | None = None
    unit_id: Id | None = None
    position: Typed | None = None
    email: Typed | None = None
    phone: Typed | None = None
    rights: list[Right] | None = Field(None, min_length=1, max_length=len(Right))
    although_known: bool = Field(False, description="It is somebody else than the doubt says.")


class ListSent(Answer):
    """Rows that were ready are requests now; what was not sent is still on the list."""

    sent: int
    left: int
    ready: int = Field(description="Of those left, how many can be sent: ask again.")
    supervisors_told: int = Field(description="Supervisors with an open chat; 0: none could be reached at once.")
