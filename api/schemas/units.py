"""Units as their staff and their keepers see and change them."""

from pydantic import Field

from api.schemas.values import Answer, AreaCode, Request, Scheme, Typed
from models.roles import SCHEME_2021, Level
from models.words import UnitColumn, UnitKind, UnitRowFlaw


class UnitSeen(Answer):
    """A unit as its staff see it."""

    id: int
    name: str
    kind: UnitKind
    level: Level
    area: list[str] = Field(examples=[["Xã Tứ Hiệp", "Huyện Thanh Trì", "Thành phố Hà Nội"]])


class UnitRow(Answer):
    """A row of the list of units."""

    id: int
    name: str
    kind: UnitKind
    area: list[str] = Field(description="The names of the areas that it lies in, the nearest first.")
    is_open: bool


class UnitsPage(Answer):
    """A page of the list, by place and name."""

    rows: list[UnitRow]
    next: int | None = Field(description="Give it as `after` for the next page; None on the last.")


class UnitsCounted(Answer):
    """How many units a list has."""

    count: int


class UnitCard(Answer):
    """A unit as its keeper sees it."""

    unit: UnitSeen
    scheme: int
    area: str
    is_open: bool
    active_accounts: int


class UnitRowWrong(Answer):
    """What is wrong with a row of a table of units; rows are counted as spreadsheets do."""

    row: int
    column: UnitColumn
    flaw: UnitRowFlaw


class UnitsImported(Answer):
    """What became of the rows of a table of units."""

    made: int
    existing: int = Field(description="Units of that name stand there already.")
    wrong: int
    flaws: list[UnitRowWrong] = Field(description="The first few; all are in `/v1/units/import/check`.")


class NewUnit(Request):
    """A unit to be made; which kinds stand in which areas depends on the area's level."""

    name: Typed = Field(examples=["Bệnh viện Đa khoa huyện Thanh Trì"])
    kind: UnitKind
    scheme: Scheme = SCHEME_2021
    area: AreaCode


class UnitChange(Request):
    """What is to be different about a unit; what is not given stays."""

    name: Typed | None = None
    kind: UnitKind | None = None
    scheme: Scheme = SCHEME_2021
    area: AreaCode | None = None
