"""Requests about one's own list of people to be asked for."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from api.client import Api
from api.client.files import FileSent
from api.schemas.request_lists import PastedLines, RowChange
from models import refusals as r
from models.roles import Role
from tests.api.hands import Town
from tests.faults.asked_about_requests import ASKS
from tests.faults.asked_inside import disabled, elsewhere, inside, outside
from tests.faults.asked_of_keepers import keeper
from tests.faults.asks import NUMBERS, Ask, Call, Scene, asks

__all__ = ["ASKS"]  # all of them, the others' too

MENDED = RowChange(email="moi@tramyte.vn")


def lines(email: str = "") -> PastedLines:
    """Somebody whom nobody has asked for."""
    return PastedLines(text=f"Trần Thị Mới, nữ, điều dưỡng, 0987 {next(NUMBERS):06}, {email}, nhập liệu")


PEOPLE = "Họ tên,Giới tính,Chức vụ,Số điện thoại,Quyền đề nghị\nTrần Thị Mới,Nữ,Y sĩ,0987{:06},nhập liệu\n"


def a_file(content: bytes) -> Call:
    """A table sent in the chat."""
    return lambda api: api_with(api, content).read_list(FileSent("file", "danh sách.csv", len(content)))


def api_with(api: Api, content: bytes) -> Api:
    """The API for a chat in which that was sent."""

    async def fetch(_: str) -> bytes:
        return content

    return replace(api, fetch=fetch)


def a_table() -> Call:
    """Of somebody whom nobody has asked for."""
    return a_file(PEOPLE.format(next(NUMBERS)).encode())


GUARDED: dict[str, Call] = {
    "GET /v1/request-list": Api.request_list,
    "DELETE /v1/request-list": Api.throw_list_away,
    "POST /v1/request-list/lines": lambda api: api.put_lines(lines()),
    "POST /v1/request-list/file": lambda api: a_table()(api),
    "GET /v1/request-list/template": Api.people_template,
    "GET /v1/request-list/marked": Api.marked_people,
    "GET /v1/request-list/rows": Api.rows_to_fix,
    "PATCH /v1/request-list/rows/{number}": lambda api: api.change_row(1, MENDED),
    "DELETE /v1/request-list/rows/{number}": lambda api: api.take_off(1),
    "POST /v1/request-list/send": Api.send_list,
}


def _barred(who: Callable[[Town, Call], Awaitable[Scene]], route: str) -> Ask:
    return Ask(route, f"from {who.__name__}", lambda town: who(town, GUARDED[route]), r.SessionEnded)


ASKS.extend(_barred(who, route) for route in GUARDED for who in (outside, elsewhere, disabled))


def _of_nobody(route: str) -> Ask:
    async def prepare(town: Town) -> Scene:
        return await inside(town, GUARDED[route], role=Role.HEALTH_STAFF)

    return Ask(route, "from who manages nobody", prepare, r.NotFound)


ASKS.extend(_of_nobody(route) for route in GUARDED)


async def lister(town: Town) -> Scene:
    """A commune's admin, with somebody who is ready and somebody whose address is wrong on the list."""
    await keeper(town)
    scene = await inside(town, Api.me)
    await scene.api.put_lines(lines())
    await scene.api.put_lines(lines(email="moi@"))
    return scene


@asks("GET /v1/request-list")
async def how_far_the_list_is(town: Town) -> Scene:
    return (await lister(town)).now(GUARDED["GET /v1/request-list"])


@asks("DELETE /v1/request-list")
async def a_list_thrown_away(town: Town) -> Scene:
    return (await lister(town)).now(GUARDED["DELETE /v1/request-list"])


@asks("POST /v1/request-list/lines")
async def more_people_for_the_list(town: Town) -> Scene:
    typed = lines()
    return (await lister(town)).now(lambda api: api.put_lines(typed))


@asks("POST /v1/request-list/lines", refused=r.LinesUnreadable)
async def lines_that_name_nobody(town: Town) -> Scene:
    return await inside(town, lambda api: api.put_lines(PastedLines(text="xin chào")))


@asks("POST /v1/request-list/file")
async def a_table_for_the_list(town: Town) -> Scene:
    return (await lister(town)).now(a_table())


@asks("POST /v1/request-list/file", refused=r.FileUnreadable)
async def what_is_no_table_for_the_list(town: Town) -> Scene:
    return await inside(town, a_file(b"%PDF-1.7"))


@asks("GET /v1/request-list/template")
async def the_form_for_a_list(town: Town) -> Scene:
    return (await lister(town)).now(Api.people_template)


@asks("GET /v1/request-list/marked")
async def the_rows_to_fix_as_a_file(town: Town) -> Scene:
    return (await lister(town)).now(Api.marked_people)


@asks("GET /v1/request-list/rows")
async def the_rows_to_fix(town: Town) -> Scene:
    return (await lister(town)).now(GUARDED["GET /v1/request-list/rows"])


@asks("PATCH /v1/request-list/rows/{number}")
async def a_row_mended(town: Town) -> Scene:
    return (await lister(town)).now(lambda api: api.change_row(2, MENDED))


@asks("DELETE /v1/request-list/rows/{number}")
async def a_row_taken_off(town: Town) -> Scene:
    return (await lister(town)).now(lambda api: api.take_off(2))


@asks("POST /v1/request-list/send")
async def a_list_sent(town: Town) -> Scene:
    return (await lister(town)).now(GUARDED["POST /v1/request-list/send"])


@asks("POST /v1/request-list/send", refused=r.NotFound)
async def no_list_sent(town: Town) -> Scene:
    return await inside(town, GUARDED["POST /v1/request-list/send"])
