"""Routes of «Quản lý đơn vị»: the list of units, one of them, and what becomes of it (R15)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic.json_schema import SkipJsonSchema

from api.acts import contacts, unit_changes, unit_tables, units
from api.acts import import_units as import_of_units
from api.doors import Door
from api.files import A_WORKBOOK, XLSX, Upload, file_answer
from api.people import Changer, Reader
from api.refusals import documented, language_of
from api.schemas.contacts import ContactOfUnit, ContactSeen, NewContact
from api.schemas.units import NewUnit, UnitCard, UnitChange, UnitsCounted, UnitsImported, UnitsPage
from api.schemas.values import BIGGEST_ID, SHORT_TEXT
from api.turns import Changing, Reading
from models import refusals as r
from models.places import SCHEME_2021
from models.spelling import folded_name
from models.words import ContactKind, UnitKind

router = APIRouter(
    prefix="/v1/units",
    tags=["Areas and units"],
    route_class=Door,
    responses=documented(r.SessionEnded, r.PasswordMustChange, r.NotFound),
)

UNREAD = (
    r.Busy,
    r.Malformed,
    r.FileTooBig,
    r.FileUnreadable,
    r.ColumnsMissing,
    r.ColumnsTwice,
    r.TooManyRows,
    r.TableEmpty,
)
"""What is said of a file that is no table of units."""
Text = Annotated[str | SkipJsonSchema[None], Query(max_length=SHORT_TEXT, pattern=r"^[^\x00]*$")]
UnitId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
Cursor = Annotated[int | SkipJsonSchema[None], Query(ge=1, le=BIGGEST_ID, description="`next` of the page before.")]


async def filters(
    name: Text = None,
    kind: UnitKind | SkipJsonSchema[None] = None,
    is_open: bool | SkipJsonSchema[None] = None,
    scheme: Annotated[int, Query(ge=1, le=9999, description="Of the area: the year of its division.")] = SCHEME_2021,
    area: Text = None,
) -> units.Wanted:
    """The filters that are set: a name is known by any letters of it, with or without diacritics."""
    wanted: units.Wanted = {}
    if name is not None:
        wanted["name"] = folded_name(name)
    if kind is not None:
        wanted["kind"] = kind
    if is_open is not None:
        wanted["is_open"] = is_open
    if area is not None:
        wanted |= {"area": area, "scheme": scheme}
    return wanted


Filters = Annotated[units.Wanted, Depends(filters)]


@router.get("", responses=documented(r.Malformed))
async def list_units(turn: Reading, person: Reader, wanted: Filters, after: Cursor = None) -> UnitsPage:
    """«Danh sách đơn vị»: a page of the units in one's scope."""
    return await units.list_units(turn, person, wanted, after)


@router.get("/count", responses=documented(r.Malformed))
async def count(turn: Reading, person: Reader, wanted: Filters) -> UnitsCounted:
    """How many units such a list has."""
    return await units.count_units(turn, person, wanted)


@router.get("/{unit_id:int}")
async def see(unit_id: UnitId, turn: Reading, person: Reader) -> UnitCard:
    """One unit in one's scope (R12)."""
    return await units.unit_card(turn, person, unit_id)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(r.NameInvalid, r.UnitMisplaced, r.UnitExists),
)
async def add(given: NewUnit, turn: Changing, person: Changer) -> UnitCard:
    """Make a unit."""
    return await unit_changes.add_unit(turn, person, given)


@router.get("/import/template", response_class=Response, responses=documented(r.Busy) | A_WORKBOOK)
async def template(turn: Reading, person: Reader, request: Request) -> Response:
    """The form for a table of units."""
    name, content = await unit_tables.units_template(turn, person, language_of(request))
    return file_answer(name, content, XLSX)


@router.post("/import", responses=documented(*UNREAD))
async def import_units(turn: Changing, person: Changer, content: Upload) -> UnitsImported:
    """Make units of the right rows of a table; sent twice, it makes them once."""
    return await import_of_units.import_units(turn, person, content)


@router.post("/import/check", response_class=Response, responses=documented(*UNREAD) | A_WORKBOOK)
async def check_import(turn: Reading, person: Reader, request: Request, content: Upload) -> Response:
    """The wrong rows of such a table as a workbook, with the reasons at their cells; changes nothing."""
    name, marked = await import_of_units.marked_units(turn, person, content, language_of(request))
    return file_answer(name, marked, XLSX)


@router.patch(
    "/{unit_id:int}",
    responses=documented(r.NameInvalid, r.UnitMisplaced, r.UnitExists, r.UnitStays),
)
async def edit(unit_id: UnitId, given: UnitChange, turn: Changing, person: Changer) -> UnitCard:
    """Change a unit's name, kind or area; what is not given stays."""
    return await unit_changes.edit_unit(turn, person, unit_id, given)


@router.post("/{unit_id:int}/close", responses=documented(r.UnitInUse))
async def close(unit_id: UnitId, turn: Changing, person: Changer) -> UnitCard:
    """Close a unit at which nobody is active."""
    return await unit_changes.close_unit(turn, person, unit_id)


@router.post("/{unit_id:int}/reopen")
async def reopen(unit_id: UnitId, turn: Changing, person: Changer) -> UnitCard:
    """Open a closed unit again."""
    return await unit_changes.reopen_unit(turn, person, unit_id)


@router.get("/{unit_id:int}/contacts")
async def contacts_of(unit_id: UnitId, turn: Reading, person: Reader) -> list[ContactOfUnit]:
    """The contacts of a unit that one keeps: its focal officer, and the support of a department or the ministry."""
    return await contacts.contacts_of(turn, person, unit_id)


@router.put(
    "/{unit_id:int}/contacts/{kind}", responses=documented(r.NameInvalid, r.ContactPhoneInvalid, r.EmailInvalid)
)
async def change_contact(
    unit_id: UnitId, kind: ContactKind, given: NewContact, turn: Changing, person: Changer
) -> ContactSeen:
    """Enter a contact, or another in its place."""
    return await contacts.change_contact(turn, person, unit_id, kind, given)
