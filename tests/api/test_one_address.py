"""One address, one set of rules: who calls the API directly may do what the chat may, and no more (R23)."""

from dataclasses import replace
from http import HTTPStatus
from uuid import uuid4

import pytest

from api.client import Api
from api.client.faults import Problem
from models import refusals as r
from models.places import SCHEME_2021
from models.roles import Level, Role
from models.rules import RESEND_PAUSE
from models.seed import find_unit
from models.words import UnitKind
from tests.api.hands import PASSWORD, Town, signed_in
from tests.api.test_matrix import FINE, MANAGING, NEEDS_NO_SESSION, NGU_HIEP, ONES_OWN, TU_HIEP, Somebody, asked

HANOI = "01"
FOR_THE_BOT = {
    ("POST", "/v1/deliveries/claim"): "what is to be brought to chats is the bot's to bring",
    ("POST", "/v1/deliveries/reports"): "and the bot's to tell of",
}
"""What nobody else may ask, and why. All else is there for whoever calls."""
ENDS_IT = ("DELETE", "/v1/sessions/current")
BODIES = {
    "/v1/sign-ins": {"username": "nobody", "password": "x"},
    "/v1/activations": {"username": "nobody", "code": "12345678"},
    "/v1/activations/{activation_id}/password": {"username": "nobody", "password": PASSWORD.get_secret_value()},
    "/v1/sign-ins/{sign_in_id}/phone": {"phone": "0912345678", "captcha": str(uuid4())},
    "/v1/sign-ins/{sign_in_id}/otp": {"code": "123456"},
    "/v1/captchas/{captcha_id}/answer": {"answer": "x"},
    "/v1/deliveries/claim": {"most": 1},
    "/v1/deliveries/reports": {"reports": []},
    "/v1/sessions/current/otp/answer": {"code": "123456"},
    "/v1/me/language": {"language": "en"},
    "/v1/me/password": {"new": "Mạ non xanh rì rào"},
    "/v1/me/password/proof": {"current": PASSWORD.get_secret_value()},
}


async def somebody(town: Town, role: Role, kind: UnitKind, area: str, *, directly: bool) -> Somebody:
    """An account with the API permission, signed in: in a chat, or without one."""
    number = town.registry.one("SELECT count(*) FROM account")
    staff = town.registry.account(f"+8491300{number:04}", role=role, kind=kind, area=area, api_permission=True)
    way = town.caller() if directly else town.chat(700 + number)
    unit = find_unit(town.registry.owner, kind, area)
    [(level, place)] = town.registry.rows("SELECT level, place FROM unit WHERE id = %s", unit)
    api = signed_in(way, await town.session(staff, way))
    return Somebody(staff, role, kind, Level(level), place, area, unit, api)


async def test_R23_a_direct_caller_gets_what_the_matrix_gives_to_a_chat(town: Town) -> None:
    """Each operation, asked about somebody below, beside and out of scope."""
    station = UnitKind.COMMUNE_HEALTH_STATION
    boss = await somebody(town, Role.PROVINCE_ADMIN, UnitKind.DEPARTMENT_OF_HEALTH, HANOI, directly=True)
    admin = await somebody(town, Role.COMMUNE_ADMIN, station, TU_HIEP, directly=True)
    staff = await somebody(town, Role.MOBILE_VACCINATOR, station, TU_HIEP, directly=True)
    other = await somebody(town, Role.COMMUNE_ADMIN, station, NGU_HIEP, directly=True)
    wrong, fine = [], set()
    for method, path in sorted(MANAGING, reverse=True):
        for one, about in ((boss, staff), (admin, staff), (admin, other)):
            expected = MANAGING[method, path](one, about)
            status = await asked(town, one, about, method, path)
            fine |= {(method, path)} if status in FINE else set()
            if status not in (FINE if expected is None else {expected}):
                wrong.append((method, path, one.role, about.role, expected, status))
    assert wrong == []
    assert MANAGING.keys() - fine == {
        ("GET", "/v1/accounts/exports/{export_id}/file"),  # of an export that nobody asked for
        ("POST", "/v1/units/{unit_id}/close"),  # somebody works there
        ("PATCH", "/v1/request-list/rows/{number}"),  # of a list that is somebody else's
        ("DELETE", "/v1/request-list/rows/{number}"),
    }


async def test_R23_what_is_ones_own_is_ones_own_without_a_chat_too(town: Town) -> None:
    where = (Role.COMMUNE_ADMIN, UnitKind.COMMUNE_HEALTH_STATION, TU_HIEP)
    in_chat, directly = [await somebody(town, *where, directly=directly) for directly in (False, True)]
    town.clock.turn(RESEND_PAUSE)
    for method, path in [*sorted(ONES_OWN - {ENDS_IT}), ENDS_IT]:
        answer = await answered(town, directly.api, method, path)
        assert answer == await answered(town, in_chat.api, method, path), (method, path)
        assert answer[0] not in {HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY}, (method, path)


async def test_R23_no_door_is_for_the_chat_alone_but_those_of_the_bot(town: Town) -> None:
    closed = {
        (method, path)
        for method, path in NEEDS_NO_SESSION
        if await answered(town, town.caller(), method, path) == (HTTPStatus.FORBIDDEN, None)
    }
    assert closed == FOR_THE_BOT.keys()


async def test_R23_R10_without_the_permission_a_direct_caller_gets_nothing_of_what_the_chat_gets(town: Town) -> None:
    one = await somebody(town, Role.COMMUNE_ADMIN, UnitKind.COMMUNE_HEALTH_STATION, TU_HIEP, directly=True)
    town.registry.owner.execute("UPDATE account SET api_permission = false WHERE id = %s", [one.staff.id])
    for method, path in ONES_OWN | MANAGING.keys():
        status, _ = await answered(town, one.api, method, path)
        assert status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY}, (method, path)
    in_chat = await town.sign_in(one.staff)
    assert (await in_chat.me()).username == one.staff.username


async def test_R23_a_session_is_of_the_way_it_was_opened_by(town: Town) -> None:
    where = (Role.COMMUNE_ADMIN, UnitKind.COMMUNE_HEALTH_STATION, TU_HIEP)
    in_chat, directly = [await somebody(town, *where, directly=directly) for directly in (False, True)]
    for way, stolen in ((town.caller(), in_chat.api.token), (town.chat(1001), directly.api.token)):
        with pytest.raises(r.SessionEnded):
            await replace(way, token=stolen).me()


async def answered(town: Town, api: Api, method: str, path: str) -> tuple[int, str | None]:
    """The status of asking for it about nothing that is there, with a body that fits; and the rule that said no."""
    names = (
        "row_id",
        "session_id",
        "export_id",
        "look_up_id",
        "request_id",
        "change_id",
        "dose_id",
        "sign_in_id",
        "captcha_id",
    )
    ids: dict[str, object] = {name: uuid4() for name in (*names, "activation_id")}
    ids |= {"account_id": 1, "unit_id": 1, "scheme": SCHEME_2021, "code": HANOI, "kind": "focal_officer"}
    filled = path.format(subject_id=1, number=1, key="the-key-of-nobody", **ids)
    headers = api._headers(api.token, "application/json")
    headers.pop("Content-Type")
    takes = method in {"POST", "PUT", "PATCH"}
    status, _, body = await town.raw(method, filled, headers=headers, json=BODIES.get(path) if takes else None)
    return status, Problem.model_validate_json(body).code if status >= HTTPStatus.BAD_REQUEST else None
