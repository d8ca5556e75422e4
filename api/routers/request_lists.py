"""Routes of one's own list of people to be asked for: filling it, mending it, sending it (R13)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.acts import read_list, request_list, request_tables, send_list
from api.doors import Door
from api.files import A_WORKBOOK, XLSX, Upload, file_answer
from api.people import Changer, Reader, Token
from api.refusals import documented, language_of
from api.schemas.request_lists import ListedRows, ListSent, PastedLines, RequestListSeen, RowChange
from api.schemas.values import BIGGEST_ID
from api.turns import Asking, Changing, IdempotencyKey, Reading
from models import refusals as r

router = APIRouter(
    prefix="/v1/request-list",
    tags=["Request list"],
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
"""Why a table is not read."""
RowNumber = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
After = Annotated[int, Query(ge=0, le=BIGGEST_ID, description="The number of the row before.")]


@router.get("")
async def see(turn: Reading, person: Reader) -> RequestListSeen:
    """How far one's list is."""
    return await request_list.list_seen(turn, person)


@router.post("/lines", responses=documented(r.LinesUnreadable, r.TooManyRows))
async def put_lines(given: PastedLines, turn: Changing, person: Changer) -> RequestListSeen:
    """Put people on it by typed lines; whoever is on it already is there once."""
    return await request_list.put_lines(turn, person, given.text)


@router.get("/template", response_class=Response, responses=documented(r.Busy) | A_WORKBOOK)
async def template(turn: Reading, person: Reader, request: Request) -> Response:
    """The form for a table of people."""
    name, content = await request_tables.people_template(turn, person, language_of(request))
    return file_answer(name, content, XLSX)


@router.post("/file", responses=documented(*UNREAD))
async def read_file(
    alone: Asking, token: Token, content: Upload, idempotency_key: IdempotencyKey = None
) -> RequestListSeen:
    """Put the people of a table on it; a long one is still being read when the answer comes."""
    return await read_list.read_list(alone, token, idempotency_key, content)


@router.get("/marked", response_class=Response, responses=documented(r.Busy) | A_WORKBOOK)
async def marked(turn: Reading, person: Reader, request: Request) -> Response:
    """The rows that cannot be sent as they are, the reasons at their cells; sent back, they take their places again."""
    name, content = await request_tables.marked_people(turn, person, language_of(request))
    return file_answer(name, content, XLSX)


@router.get("/rows", responses=documented(r.Malformed))
async def rows_to_fix(turn: Reading, person: Reader, after: After = 0) -> ListedRows:
    """The rows that cannot be sent as they are, some at a time."""
    return await request_list.rows_to_fix(turn, person, after)


@router.patch("/rows/{number}", responses=documented(r.TooManyRows))
async def change_row(number: RowNumber, given: RowChange, turn: Changing, person: Changer) -> RequestListSeen:
    """Mend a row, or say that it is somebody else than the doubt says."""
    return await request_list.change_row(turn, person, number, given)


@router.delete("/rows/{number}")
async def take_off(number: RowNumber, turn: Changing, person: Changer) -> RequestListSeen:
    """Take a row off the list."""
    return await request_list.take_off(turn, person, number)


@router.post("/send", status_code=HTTPStatus.CREATED)
async def send(turn: Changing, person: Changer) -> ListSent:
    """Ask for people about whom nothing is wrong or in doubt, so many at once; the others stay on the list (R13)."""
    return await send_list.send_list(turn, person)


@router.delete("")
async def throw_away(turn: Changing, person: Changer) -> RequestListSeen:
    """Throw the list away."""
    return await request_list.throw_away(turn, person)
