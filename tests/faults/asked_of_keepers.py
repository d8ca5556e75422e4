"""Requests of whoever keeps units; a new scene's staff is a department's."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from api.client import Api
from api.client.files import FileSent
from api.client.units import UnitFilter
from api.schemas.contacts import NewContact
from api.schemas.units import NewUnit, UnitChange
from models import refusals as r
from models.roles import Role
from models.words import ContactKind, UnitKind
from tests.api.hands import Town
from tests.faults.asked_inside import disabled, elsewhere, inside, outside
from tests.faults.asked_of_admins import ASKS
from tests.faults.asks import NUMBERS, Ask, Call, Scene, asks

__all__ = ["ASKS"]  # all of them, the others' too

HANOI, DONG_THAP = "01", "87"
ALL = UnitFilter()
OFFICER = NewContact(full_name="Trần Thị Đầu Mối", phone="024 3825 3535")


def new_unit(area: str = HANOI) -> NewUnit:
    return NewUnit(name=f"Bệnh viện số {next(NUMBERS)}", kind=UnitKind.HOSPITAL, area=area)


def a_table(area: str = "Thành phố Hà Nội") -> bytes:
    """Of one unit."""
    row = f"Bệnh viện số {next(NUMBERS)},Bệnh viện,{area},,"
    return f"Tên đơn vị,Loại đơn vị,Tỉnh/TP,Quận/Huyện,Phường/Xã\n{row}\n".encode()


def _given(api: Api, content: bytes) -> tuple[Api, FileSent]:
    async def fetch(_: str) -> bytes:
        return content

    return replace(api, fetch=fetch), FileSent("file", "đơn vị.csv", len(content))


def importing(content: bytes) -> Call:
    return lambda api: Api.import_units(*_given(api, content))


def checking(content: bytes) -> Call:
    return lambda api: Api.marked_units(*_given(api, content))


KEPT: dict[str, Call] = {
    "GET /v1/units": lambda api: api.units(ALL),
    "GET /v1/units/count": lambda api: api.count_units(ALL),
    "GET /v1/units/{unit_id}": lambda api: api.unit(1),
    "POST /v1/units": lambda api: api.add_unit(new_unit()),
    "GET /v1/units/import/template": Api.units_template,
    "POST /v1/units/import": importing(a_table()),
    "POST /v1/units/import/check": checking(a_table()),
    "PATCH /v1/units/{unit_id}": lambda api: api.edit_unit(1, UnitChange(name="Của tôi")),
    "POST /v1/units/{unit_id}/close": lambda api: api.close_unit(1),
    "POST /v1/units/{unit_id}/reopen": lambda api: api.reopen_unit(1),
    "GET /v1/units/{unit_id}/contacts": lambda api: api.contacts(1),
    "PUT /v1/units/{unit_id}/contacts/{kind}": lambda api: api.change_contact(1, ContactKind.FOCAL_OFFICER, OFFICER),
    "GET /v1/me/help": lambda api: api.help(),
}


def _barred(who: Callable[[Town, Call], Awaitable[Scene]], route: str) -> Ask:
    return Ask(route, f"from {who.__name__}", lambda town: who(town, KEPT[route]), r.SessionEnded)


ASKS.extend(_barred(who, route) for route in KEPT for who in (outside, elsewhere, disabled))


async def keeper(town: Town, call: Call = Api.me) -> Scene:
    return await inside(town, call, role=Role.PROVINCE_ADMIN, kind=UnitKind.DEPARTMENT_OF_HEALTH, area=HANOI)


async def with_a_unit(town: Town) -> tuple[Scene, int]:
    """A keeper who has made one."""
    scene = await keeper(town)
    return scene, (await scene.api.add_unit(new_unit())).unit.id


@asks("GET /v1/units")
async def the_list_of_units(town: Town) -> Scene:
    return await keeper(town, KEPT["GET /v1/units"])


@asks("GET /v1/units/count")
async def how_many_units(town: Town) -> Scene:
    return await keeper(town, KEPT["GET /v1/units/count"])


@asks("GET /v1/units", refused=r.NotFound)
async def a_list_of_units_for_who_keeps_none(town: Town) -> Scene:
    return await inside(town, KEPT["GET /v1/units"])


@asks("GET /v1/units/{unit_id}")
async def one_unit(town: Town) -> Scene:
    scene, unit = await with_a_unit(town)
    return scene.now(lambda api: api.unit(unit))


@asks("POST /v1/units")
async def a_new_unit(town: Town) -> Scene:
    new = new_unit()
    return await keeper(town, lambda api: api.add_unit(new))


@asks("POST /v1/units", refused=r.NotFound)
async def a_new_unit_in_another_province(town: Town) -> Scene:
    return await keeper(town, lambda api: api.add_unit(new_unit(DONG_THAP)))


@asks("GET /v1/units/import/template")
async def the_form_for_units(town: Town) -> Scene:
    return await keeper(town, Api.units_template)


@asks("POST /v1/units/import")
async def units_from_a_file(town: Town) -> Scene:
    return await keeper(town, importing(a_table()))


@asks("POST /v1/units/import", refused=r.ColumnsMissing)
async def units_from_another_table(town: Town) -> Scene:
    return await keeper(town, importing(b"a,b\n1,2\n"))


@asks("POST /v1/units/import", refused=r.NotFound)
async def units_from_a_file_by_who_keeps_none(town: Town) -> Scene:
    return await inside(town, importing(a_table()))


@asks("POST /v1/units/import/check")
async def rows_that_are_wrong(town: Town) -> Scene:
    return await keeper(town, checking(a_table("Nơi khác")))


@asks("PATCH /v1/units/{unit_id}")
async def a_unit_by_another_name(town: Town) -> Scene:
    scene, unit = await with_a_unit(town)
    change = UnitChange(name=f"Bệnh viện số {next(NUMBERS)}")
    return scene.now(lambda api: api.edit_unit(unit, change))


@asks("POST /v1/units/{unit_id}/close")
async def a_unit_closed(town: Town) -> Scene:
    scene, unit = await with_a_unit(town)
    return scene.now(lambda api: api.close_unit(unit))


@asks("POST /v1/units/{unit_id}/close", refused=r.UnitInUse)
async def ones_own_unit_closed(town: Town) -> Scene:
    scene = await keeper(town)
    own = (await scene.api.me()).unit.id
    return scene.now(lambda api: api.close_unit(own))


@asks("POST /v1/units/{unit_id}/reopen")
async def a_unit_reopened(town: Town) -> Scene:
    scene, unit = await with_a_unit(town)
    await scene.api.close_unit(unit)
    return scene.now(lambda api: api.reopen_unit(unit))


@asks("GET /v1/units/{unit_id}/contacts")
async def whom_a_unit_has_entered(town: Town) -> Scene:
    scene = await keeper(town)
    own = (await scene.api.me()).unit.id
    return scene.now(lambda api: api.contacts(own))


@asks("PUT /v1/units/{unit_id}/contacts/{kind}")
async def a_focal_officer(town: Town) -> Scene:
    scene = await inside(town, Api.me)
    own = (await scene.api.me()).unit.id
    return scene.now(lambda api: api.change_contact(own, ContactKind.FOCAL_OFFICER, OFFICER))


@asks("PUT /v1/units/{unit_id}/contacts/{kind}", refused=r.NotFound)
async def a_support_contact_by_who_keeps_none(town: Town) -> Scene:
    scene = await inside(town, Api.me)
    own = (await scene.api.me()).unit.id
    return scene.now(lambda api: api.change_contact(own, ContactKind.SUPPORT, OFFICER))


@asks("GET /v1/me/help")
async def whom_to_ask(town: Town) -> Scene:
    return await inside(town, KEPT["GET /v1/me/help"])
