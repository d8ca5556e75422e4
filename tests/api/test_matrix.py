"""Who may do what to whom: role x scope x operation, drawn from the API's own description (T09, R9, R12)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.acts.account_requests import Wanted
from api.client import Api
from api.schemas.doses import NewPlan
from api.schemas.request_lists import PastedLines
from models.places import SCHEME_2021
from models.roles import GRANTABLE, LEVELS_OF_ROLE, SUBJECT_KEEPERS, SUBJECT_READERS, UNIT_KEEPERS, Level, Role
from models.rules import RESEND_PAUSE
from models.scopes import Scope
from models.seals import PHONE_KEY
from models.seed import add_unit, find_unit
from models.words import Gender, UnitKind
from tests.api.hands import PASSWORD, SERVICE_KEY, Staff, Town

THANH_TRI, TU_HIEP, NGU_HIEP, HANOI, DONG_THAP = "020", "00658", "00661", "01", "87"
PHONES = (f"0987{number:06}" for number in count(1))
GONE, NO, FINE = HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT}

NEEDS_NO_SESSION = {
    ("POST", "/v1/sign-ins"),
    ("POST", "/v1/sign-ins/{sign_in_id}/phone"),
    ("POST", "/v1/sign-ins/{sign_in_id}/otp/resend"),
    ("POST", "/v1/sign-ins/{sign_in_id}/otp"),
    ("POST", "/v1/activations"),
    ("PUT", "/v1/activations/{activation_id}/password"),
    ("POST", "/v1/captchas"),
    ("GET", "/v1/captchas/{captcha_id}/picture"),
    ("POST", "/v1/captchas/{captcha_id}/answer"),
    ("GET", "/v1/effects/{key}"),
    ("DELETE", "/v1/effects/{key}"),
    ("POST", "/v1/deliveries/claim"),
    ("POST", "/v1/deliveries/reports"),
    ("GET", "/v1/health"),
}
ONES_OWN = {
    ("GET", "/v1/me"),
    ("GET", "/v1/me/help"),
    ("PUT", "/v1/me/language"),
    ("POST", "/v1/me/password/proof"),
    ("PUT", "/v1/me/password"),
    ("GET", "/v1/me/login-history"),
    ("POST", "/v1/me/login-history/{row_id}/not-me"),
    ("GET", "/v1/sessions"),
    ("POST", "/v1/sessions/current/otp"),
    ("POST", "/v1/sessions/current/otp/answer"),
    ("DELETE", "/v1/sessions/current"),
    ("DELETE", "/v1/sessions/{session_id}"),
}


@dataclass(frozen=True)
class Somebody:
    """An account at a unit, signed in."""

    staff: Staff
    role: Role
    kind: UnitKind
    level: Level
    place: str
    area: str
    unit: int
    api: Api

    @property
    def scope(self) -> Scope:
        return Scope(self.role, self.place)


May = Callable[[Somebody, Somebody], HTTPStatus | None]
"""What one gets for asking about another; None: it is done."""


def _managers(one: Somebody, _: Somebody) -> HTTPStatus | None:
    return None if one.role in GRANTABLE else GONE


def _in_scope(one: Somebody, other: Somebody) -> HTTPStatus | None:
    return None if one.role in GRANTABLE and one.scope.holds(other.place) else GONE


def _makes(one: Somebody, other: Somebody) -> HTTPStatus | None:
    """An account like the other's."""
    if _in_scope(one, other):
        return GONE
    return None if other.role in GRANTABLE[one.role] else NO


def _manages(one: Somebody, other: Somebody) -> HTTPStatus | None:
    """The other's account; nobody their own."""
    if _in_scope(one, other):
        return GONE
    return None if other.role in GRANTABLE[one.role] and one is not other else NO


def _nobody(_: Somebody, __: Somebody) -> HTTPStatus | None:
    """Of a number that was given to none of them."""
    return GONE


def _keeps(one: Somebody, other: Somebody) -> HTTPStatus | None:
    return None if one.role in UNIT_KEEPERS and one.scope.holds(other.place) else GONE


def _closes(one: Somebody, other: Somebody) -> HTTPStatus | None:
    """The other's unit, where the other works."""
    return _keeps(one, other) or HTTPStatus.CONFLICT


def _keeps_contact(one: Somebody, other: Somebody) -> HTTPStatus | None:
    is_own = one.role in GRANTABLE and one.unit == other.unit
    return None if is_own else _keeps(one, other)


def _keepers(one: Somebody, _: Somebody) -> HTTPStatus | None:
    return None if one.role in UNIT_KEEPERS else GONE


def _readers(one: Somebody, _: Somebody) -> HTTPStatus | None:
    """Whoever works with subjects, in the whole country (R16)."""
    return None if one.role in SUBJECT_READERS else GONE


def _subject_keepers(one: Somebody, _: Somebody) -> HTTPStatus | None:
    """Whoever registers and corrects subjects (R17, R18)."""
    return None if one.role in SUBJECT_KEEPERS else GONE


def _undoes(one: Somebody, other: Somebody) -> HTTPStatus | None:
    """A correction of a subject that the other's unit keeps (R17), or a dose that it recorded (R18)."""
    return None if one.role in SUBJECT_KEEPERS and one.unit == other.unit else GONE


def _decides(one: Somebody, other: Somebody) -> HTTPStatus | None:
    """On a request of the other's unit that somebody else made."""
    return None if one.scope.supervises(other.place) and one.role in GRANTABLE else GONE


def _withdraws(one: Somebody, other: Somebody) -> HTTPStatus | None:
    """The same: only its own unit's admins do."""
    return None if one.role in GRANTABLE and one.unit == other.unit else GONE


def _owns(one: Somebody, other: Somebody) -> HTTPStatus | None:
    """What stands on the other's own list."""
    return None if one is other and one.role in GRANTABLE else GONE


MANAGING: dict[tuple[str, str], May] = {
    ("GET", "/v1/accounts"): _managers,
    ("GET", "/v1/accounts/count"): _managers,
    ("POST", "/v1/accounts/exports"): _managers,
    ("GET", "/v1/accounts/login-history"): _managers,
    ("GET", "/v1/accounts/{account_id}/login-history"): _in_scope,
    ("GET", "/v1/accounts/exports/{export_id}/file"): _nobody,
    ("GET", "/v1/accounts/{account_id}"): _in_scope,
    ("POST", "/v1/accounts/passwords"): _managers,
    ("POST", "/v1/accounts"): _makes,
    ("PATCH", "/v1/accounts/{account_id}"): _manages,
    ("PUT", "/v1/accounts/{account_id}/status"): _manages,
    ("DELETE", "/v1/accounts/{account_id}"): _manages,
    ("DELETE", "/v1/accounts/{account_id}/sessions"): _manages,
    ("PUT", "/v1/accounts/{account_id}/password"): _manages,
    ("POST", "/v1/accounts/{account_id}/otp/enable"): _manages,
    ("POST", "/v1/accounts/{account_id}/phone/freeze"): _manages,
    ("PUT", "/v1/accounts/{account_id}/phone"): _manages,
    ("POST", "/v1/accounts/{account_id}/hand-over"): _manages,
    ("POST", "/v1/accounts/{account_id}/activation"): _manages,
    ("POST", "/v1/account-requests"): _in_scope,
    ("GET", "/v1/account-requests"): _managers,
    ("GET", "/v1/account-requests/count"): _managers,
    ("GET", "/v1/account-requests/{request_id}"): _in_scope,
    ("DELETE", "/v1/account-requests/{request_id}"): _withdraws,
    ("POST", "/v1/account-requests/{request_id}/approval"): _decides,
    ("POST", "/v1/account-requests/{request_id}/rejection"): _decides,
    ("GET", "/v1/request-list"): _managers,
    ("DELETE", "/v1/request-list"): _managers,
    ("POST", "/v1/request-list/lines"): _managers,
    ("POST", "/v1/request-list/file"): _managers,
    ("GET", "/v1/request-list/template"): _managers,
    ("GET", "/v1/request-list/marked"): _managers,
    ("GET", "/v1/request-list/rows"): _managers,
    ("PATCH", "/v1/request-list/rows/{number}"): _owns,
    ("DELETE", "/v1/request-list/rows/{number}"): _owns,
    ("POST", "/v1/request-list/send"): _managers,
    ("GET", "/v1/areas/mine"): _managers,
    ("GET", "/v1/areas/{scheme}/{code}/parts"): _in_scope,
    ("GET", "/v1/areas/{scheme}/{code}/units"): _in_scope,
    ("GET", "/v1/units"): _keepers,
    ("GET", "/v1/units/count"): _keepers,
    ("GET", "/v1/units/{unit_id}"): _keeps,
    ("POST", "/v1/units"): _keeps,
    ("GET", "/v1/units/import/template"): _keepers,
    ("POST", "/v1/units/import"): _keepers,
    ("POST", "/v1/units/import/check"): _keepers,
    ("PATCH", "/v1/units/{unit_id}"): _keeps,
    ("POST", "/v1/units/{unit_id}/close"): _closes,
    ("POST", "/v1/units/{unit_id}/reopen"): _keeps,
    ("POST", "/v1/subjects/search"): _readers,
    ("GET", "/v1/subjects/search/{look_up_id}"): _readers,
    ("GET", "/v1/subjects/search/{look_up_id}/{subject_id}"): _readers,
    ("POST", "/v1/subjects/look-alikes"): _subject_keepers,
    ("POST", "/v1/subjects"): _subject_keepers,
    ("POST", "/v1/subjects/search/{look_up_id}/{subject_id}/otp"): _subject_keepers,
    ("PATCH", "/v1/subjects/search/{look_up_id}/{subject_id}"): _subject_keepers,
    ("POST", "/v1/subjects/search/{look_up_id}/{subject_id}/full"): _readers,
    ("POST", "/v1/subjects/changes/{change_id}/undo"): _undoes,
    ("GET", "/v1/plans/vaccines"): _subject_keepers,
    ("GET", "/v1/plans"): _subject_keepers,
    ("POST", "/v1/plans"): _subject_keepers,
    ("POST", "/v1/subjects/search/{look_up_id}/{subject_id}/doses"): _subject_keepers,
    ("PATCH", "/v1/subjects/search/{look_up_id}/{subject_id}/doses/{dose_id}"): _undoes,
    ("GET", "/v1/subjects/areas/mine"): _subject_keepers,
    ("GET", "/v1/subjects/areas/{scheme}/{code}/parts"): _subject_keepers,
    ("GET", "/v1/units/{unit_id}/contacts"): _keeps_contact,
    ("PUT", "/v1/units/{unit_id}/contacts/{kind}"): _keeps_contact,
}


def test_T09_every_operation_is_in_the_matrix(town: Town) -> None:
    paths = town.app.openapi()["paths"]
    there = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert there == NEEDS_NO_SESSION | ONES_OWN | MANAGING.keys()


@pytest.fixture
async def everybody(town: Town) -> list[Somebody]:
    """Each role at a place of its own, and two who are neighbours: another commune, another province."""
    owner = town.registry.owner
    hospital = add_unit(owner, "Bệnh viện huyện Thanh Trì", UnitKind.HOSPITAL, THANH_TRI)
    station, far = UnitKind.COMMUNE_HEALTH_STATION, UnitKind.DEPARTMENT_OF_HEALTH
    wanted = [
        (Role.SYSTEM_ADMIN, UnitKind.MINISTRY, "VN"),
        (Role.PROVINCE_ADMIN, far, HANOI),
        (Role.DISTRICT_ADMIN, UnitKind.HOSPITAL, THANH_TRI),
        *((role, station, TU_HIEP) for role in Role if Level.COMMUNE in LEVELS_OF_ROLE[role]),
        (Role.COMMUNE_ADMIN, station, NGU_HIEP),
        (Role.PROVINCE_ADMIN, far, DONG_THAP),
    ]
    people = []
    for number, (role, kind, area) in enumerate(wanted):
        staff = town.registry.account(f"+8491100{number:04}", role=role, kind=kind, area=area)
        unit = hospital if kind is UnitKind.HOSPITAL else find_unit(owner, kind, area)
        [(level, place)] = town.registry.rows("SELECT level, place FROM unit WHERE id = %s", unit)
        people.append(
            Somebody(staff, role, kind, Level(level), place, area, unit, await town.sign_in(staff, 500 + number))
        )
    return people


@pytest.mark.parametrize(("method", "path"), sorted(MANAGING))
async def test_T09_R12_everybody_gets_what_is_theirs_and_nothing_else(
    town: Town, everybody: list[Somebody], method: str, path: str
) -> None:
    cells, wrong = 0, []
    for one in everybody:
        for other in everybody:
            expected = MANAGING[method, path](one, other)
            status = await asked(town, one, other, method, path)
            cells += 1
            if status not in (FINE if expected is None else {expected}):
                wrong.append((one.role, other.role, other.area, expected, status))
    assert wrong == []
    assert cells == len(everybody) ** 2


@pytest.mark.parametrize(("method", "path"), sorted(ONES_OWN | MANAGING.keys()))
async def test_T09_without_a_session_there_is_nothing(town: Town, method: str, path: str) -> None:
    names = ("row_id", "session_id", "export_id", "look_up_id", "request_id", "change_id", "dose_id")
    ids: dict[str, object] = {name: uuid4() for name in names}
    filled = path.format(
        account_id=1, unit_id=1, scheme=SCHEME_2021, code="01", kind="focal_officer", subject_id=1, number=1, **ids
    )
    for token in ("", "x" * 43):
        headers = {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": "1", "Authorization": f"Bearer {token}"}
        given: Body = {"json": {} if method in {"POST", "PUT", "PATCH"} else None}
        status, _, _ = await town.raw(method, filled, **_with_a_file(method, path, headers, given))
        # What does not fit the schema is said before anybody is looked up; it tells nothing.
        assert status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.UNPROCESSABLE_ENTITY}


Body = dict[str, Any]


async def _new_account(one: Somebody, other: Somebody) -> Body:
    """One like the other's."""
    prepared = uuid4()
    if one.role in GRANTABLE:
        prepared = (await one.api.prepare_password("demo.moi", PASSWORD)).id
    name = f"moi.{one.staff.id}.{other.staff.id}"
    body = {"username": name, "password": str(prepared), "phone": "0912345678"}
    return body | {"unit": other.unit, "role": other.role.value}


async def _edit(one: Somebody, other: Somebody) -> Body:
    seen = None if _in_scope(one, other) else await one.api.account(other.staff.id)
    return {"version": seen.version if seen else "?", "full_name": f"Của {one.staff.username}"}


async def _password(_: Somebody, __: Somebody) -> Body:
    return {"username": "demo.moi", "password": PASSWORD.get_secret_value()}


async def _prepared(one: Somebody, _: Somebody) -> Body:
    is_manager = one.role in GRANTABLE
    return {"password": str((await one.api.prepare_password("demo.moi", PASSWORD)).id if is_manager else uuid4())}


async def _phone(_: Somebody, __: Somebody) -> Body:
    return {"phone": "0987 654 321"}


async def _status(_: Somebody, __: Somebody) -> Body:
    return {"status": "active"}


async def _successor(_: Somebody, other: Somebody) -> Body:
    return {"to": other.staff.id}


async def _new_unit(one: Somebody, other: Somebody) -> Body:
    return {"name": f"Đơn vị {one.staff.id}.{other.staff.id}", "kind": "hospital", "area": other.area}


async def _unit_name(one: Somebody, other: Somebody) -> Body:
    return {"name": f"Tên mới {one.staff.id}.{other.staff.id}"}


async def _wanted(_one: Somebody, _other: Somebody) -> Body:
    return {"full_name": "Nguyễn Văn A", "number": "0987654321"}


async def _look_alike(_one: Somebody, _other: Somebody) -> Body:
    return {"full_name": "Nguyễn Văn A", "numbers": ["0987654321"]}


async def _subject(one: Somebody, other: Somebody) -> Body:
    """Somebody new, who lives where the other works or somewhere else."""
    phone, keeps = next(PHONES), one.role in SUBJECT_KEEPERS
    look_ups = [str((await one.api.look_up("Nguyễn Văn A", phone)).id)] if keeps else []
    area = other.area if other.level is Level.COMMUNE else TU_HIEP
    body = {"full_name": "Nguyễn Văn A", "birth": "1990", "gender": "male", "phones": [phone], "scheme": SCHEME_2021}
    return body | {"area": area, "look_ups": look_ups}


async def _correction(_one: Somebody, _other: Somebody) -> Body:
    return {"version": 1, "gender": "female"}


async def _correction_otp(_one: Somebody, _other: Somebody) -> Body:
    return {"version": 1, "fields": ["full_name"]}


def _corrected(town: Town, other: Somebody) -> UUID:
    """A correction, by somebody, of a subject that the other's unit keeps."""
    owner, change, subject = town.registry.owner, uuid4(), town.registry.subject()
    owner.execute("UPDATE subject SET unit_id = %s, version = 2 WHERE id = %s", [other.unit, subject])
    owner.execute(
        "INSERT INTO subject_change (id, at, subject_id, version, act, account_id, unit_id, fields, phone_key,"
        " more_keys, scheme, area, sensitive_sealed, rest_sealed)"
        " SELECT %s, %s, id, 2, 'corrected', %s, unit_id, ARRAY['gender'], phone_key, ARRAY[]::bigint[], scheme, area,"
        " sensitive_sealed, rest_sealed FROM subject WHERE id = %s",
        [change, town.clock.now(), other.staff.id, subject],
    )
    return change


async def _plan(_one: Somebody, _other: Somebody) -> Body:
    return {"day": "2021-10-15", "place": "Trạm", "vaccine": "abdala", "lots": ["A1"], "expected": 9}


async def _dose(one: Somebody, other: Somebody) -> Body:
    """Under a plan of one's own unit."""
    keeps = one.role in SUBJECT_KEEPERS
    plan = (await one.api.make_plan(NewPlan.model_validate(await _plan(one, other)))).id if keeps else uuid4()
    return {"plan": str(plan), "number": 1, "lot": "A1"}


async def _dose_correction(_one: Somebody, _other: Somebody) -> Body:
    return {"version": 1, "number": 1, "lot": "A2", "reason": "Nhầm"}


def _recorded(town: Town, other: Somebody, subject: int) -> UUID:
    """A dose of the subject that the other's unit recorded."""
    owner, plan, dose, now = town.registry.owner, uuid4(), uuid4(), town.clock.now()
    owner.execute(
        "INSERT INTO plan VALUES (%s, %s, '2021-10-15', 'Trạm', 'abdala', ARRAY['A1'], 9, %s, %s)",
        [plan, other.unit, other.staff.id, now],
    )
    owner.execute(
        "INSERT INTO dose VALUES (%s, %s, 1, 'abdala', 'A1', '2021-10-15', %s, %s, %s, %s, NULL, 1)",
        [dose, subject, plan, other.unit, other.staff.id, now],
    )
    return dose


async def _looked_up(town: Town, one: Somebody) -> tuple[UUID, int]:
    """A look-up of one's own that found somebody of another province; of who may not look up, one of nobody's."""
    number = town.registry.one("SELECT count(*) FROM subject")
    phone = f"+84987{number:06}"
    subject = town.registry.subject(phones=(phone,), area="30169")
    if one.role not in SUBJECT_READERS:
        return uuid4(), subject
    return (await one.api.look_up("Nguyễn Văn A", phone)).id, subject


async def _contact(_: Somebody, __: Somebody) -> Body:
    return {"full_name": "Trần Thị Đầu Mối", "phone": "024 3825 3535"}


async def _person(_: Somebody, other: Somebody) -> Body:
    """Somebody whom the other's unit needs."""
    person = {"full_name": "Trần Thị Mới", "gender": "female", "position": "Y sĩ", "phone": next(PHONES)}
    return person | {"unit": other.unit, "rights": ["data_entry"]}


async def _approval(_: Somebody, __: Somebody) -> Body:
    return {"role": Role.SITE_STAFF.value}


async def _rejection(_: Somebody, __: Somebody) -> Body:
    return {"reason": "Trùng"}


async def _lines(one: Somebody, _: Somebody) -> Body:
    return {"text": f"Trần Thị Mới, nữ, y sĩ, {next(PHONES)}, nhập liệu"}


async def _cell(_: Somebody, __: Somebody) -> Body:
    return {"email": "moi@tramyte.vn"}


BODIES: dict[tuple[str, str], Callable[[Somebody, Somebody], Awaitable[Body]]] = {
    ("POST", "/v1/accounts/passwords"): _password,
    ("POST", "/v1/accounts"): _new_account,
    ("PATCH", "/v1/accounts/{account_id}"): _edit,
    ("PUT", "/v1/accounts/{account_id}/status"): _status,
    ("POST", "/v1/account-requests"): _person,
    ("POST", "/v1/account-requests/{request_id}/approval"): _approval,
    ("POST", "/v1/account-requests/{request_id}/rejection"): _rejection,
    ("POST", "/v1/request-list/lines"): _lines,
    ("PATCH", "/v1/request-list/rows/{number}"): _cell,
    ("POST", "/v1/units"): _new_unit,
    ("PATCH", "/v1/units/{unit_id}"): _unit_name,
    ("PUT", "/v1/units/{unit_id}/contacts/{kind}"): _contact,
    ("PUT", "/v1/accounts/{account_id}/password"): _prepared,
    ("PUT", "/v1/accounts/{account_id}/phone"): _phone,
    ("POST", "/v1/accounts/{account_id}/hand-over"): _successor,
    ("POST", "/v1/subjects/search"): _wanted,
    ("POST", "/v1/subjects/look-alikes"): _look_alike,
    ("POST", "/v1/subjects"): _subject,
    ("PATCH", "/v1/subjects/search/{look_up_id}/{subject_id}"): _correction,
    ("POST", "/v1/plans"): _plan,
    ("POST", "/v1/subjects/search/{look_up_id}/{subject_id}/doses"): _dose,
    ("PATCH", "/v1/subjects/search/{look_up_id}/{subject_id}/doses/{dose_id}"): _dose_correction,
    ("POST", "/v1/subjects/search/{look_up_id}/{subject_id}/otp"): _correction_otp,
}
A_TABLE = "Tên đơn vị,Loại đơn vị,Tỉnh/TP,Quận/Huyện,Phường/Xã\nBệnh viện Mới,Bệnh viện,Thành phố Hà Nội,,\n"
PEOPLE = "Họ tên,Giới tính,Chức vụ,Số điện thoại,Quyền đề nghị\nTrần Thị Mới,Nữ,Y sĩ,0987000000,nhập liệu\n"
UPLOADS = {
    ("POST", "/v1/units/import"): A_TABLE,
    ("POST", "/v1/units/import/check"): A_TABLE,
    ("POST", "/v1/request-list/file"): PEOPLE,
}
ENDS_SESSIONS = {
    ("DELETE", "/v1/accounts/{account_id}"),
    ("DELETE", "/v1/accounts/{account_id}/sessions"),
    ("PUT", "/v1/accounts/{account_id}/password"),
    ("POST", "/v1/accounts/{account_id}/phone/freeze"),
    ("PUT", "/v1/accounts/{account_id}/phone"),
    ("POST", "/v1/accounts/{account_id}/hand-over"),
    ("POST", "/v1/accounts/{account_id}/activation"),
}
"""Asked about an account like the other's, so that the other goes on asking."""


async def asked(town: Town, one: Somebody, other: Somebody, method: str, path: str) -> int:
    """The status of asking for it in one's own name."""
    write = BODIES.get((method, path))
    body = await write(one, other) if write else None
    whose = other.staff.id
    if (method, path) in ENDS_SESSIONS and one is not other:
        phone = f"+84977{one.staff.id % 1000:03}{other.staff.id % 1000:03}"
        whose = town.registry.account(phone, role=other.role, kind=other.kind, area=other.area).id
    look_up, subject = await _looked_up(town, one) if "{look_up_id}" in path else (uuid4(), 1)
    request = _asked_by_a_colleague(town, other) if "{request_id}" in path else None
    ids = {"unit_id": other.unit, "export_id": uuid4(), "look_up_id": look_up, "subject_id": subject}
    ids |= {"kind": "focal_officer", "request_id": request}
    if "{number}" in path or path.endswith("/send"):
        ids["number"] = await _listed(town, one if path.endswith("/send") else other)
    ids |= {"change_id": _corrected(town, other) if "{change_id}" in path else None}
    ids |= {"dose_id": _recorded(town, other, subject) if "{dose_id}" in path else None}
    if path.endswith("/otp"):
        town.clock.turn(RESEND_PAUSE)
    filled = path.format(account_id=whose, scheme=SCHEME_2021, code=other.area, **ids)
    by_chat = {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": str(one.api.chat)} if one.api.chat is not None else {}
    headers = by_chat | {"Authorization": f"Bearer {one.api.token}"}
    status, _, _ = await town.raw(method, filled, **_with_a_file(method, path, headers, {"json": body}))
    return status


async def _listed(town: Town, other: Somebody) -> int:
    """A row on the other's list, by a number that is on nobody else's."""
    if other.role not in GRANTABLE:
        return 7
    one = other.staff.id
    for _ in range(2):
        await other.api.put_lines(PastedLines.model_validate(await _lines(other, other)))
        numbered = "UPDATE request_list SET numbered = greatest(numbered, %s) WHERE by_account_id = %s"
        town.registry.owner.execute(numbered, [one * 1000, one])
    return int(town.registry.one("SELECT max(number) FROM listed_person WHERE by_account_id = %s", one))


def _with_a_file(method: str, path: str, headers: dict[str, str], given: Body) -> Body:
    """The request's headers and body, a table where a file is taken."""
    if (method, path) not in UPLOADS:
        return {"headers": headers, **given}
    return {"headers": headers | {"Content-Type": "application/octet-stream"}, "data": UPLOADS[method, path].encode()}


def _asked_by_a_colleague(town: Town, other: Somebody) -> UUID:
    """A request of the other's unit, by somebody who is not among those who ask."""
    request, owner = uuid4(), town.registry.owner
    wanted = Wanted("Trần Thị Mới", Gender.FEMALE, "Y sĩ", f"+84{next(PHONES)[1:]}", None)
    colleague = town.registry.account(None, role=Role.SITE_STAFF, unit=other.unit)
    owner.execute(
        "INSERT INTO account_request (id, unit_id, unit_level, place, by_account_id, asked_at, person_sealed,"
        " person_key, phone_key, rights, proposed_role, state)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'site_staff', 'waiting')",
        [
            request,
            other.unit,
            other.level,
            other.place,
            colleague.id,
            town.clock.now(),
            wanted.sealed(town.registry.keys, request),
            request.bytes,
            town.registry.keys.digest(PHONE_KEY, wanted.phone),
            ["data_entry"],
        ],
    )
    return request
