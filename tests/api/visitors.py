"""Those who visit the service in a run by its description: strangers, the bot, people at every stage of signing in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from uuid import uuid4

from pydantic import SecretStr

from api.client import Api
from api.client.accounts import AccountFilter
from api.schemas.units import NewUnit
from models.places import SCHEME_2021
from models.roles import Role
from models.words import UnitKind
from tests.api.hands import PHONE, SERVICE_KEY, Registry, Staff, Town
from tests.api.test_account_requests import wanted
from tests.api.test_activation import CODE as ACTIVATION_CODE

CHAT = 5000
HANOI = "01"
ODD_WORDS = ("", " ", "\x00", "ﬀ​\u202e", "٠١٢٣٤٥", "Ðỗ Thị", "1e309", "-1", "'; --", "{}", "a" * 256)


@dataclass(frozen=True)
class Visitor:
    """Somebody with certain headers, who knows certain ids by the names of path parameters, and certain words."""

    headers: Mapping[str, str]
    ids: Mapping[str, str | int] = field(default_factory=dict)
    words: tuple[str, ...] = ()


async def stranger(town: Town) -> Visitor:
    """Somebody at an address, with nothing."""
    staff = town.registry.account()
    return Visitor({}, words=(staff.username, staff.password.get_secret_value()))


async def impostor(town: Town) -> Visitor:
    """Somebody who says they were the bot, and shows a session's token that never was."""
    return Visitor({"X-Service-Key": "x" * 40, "X-Chat-Id": str(CHAT), "Authorization": f"Bearer {'x' * 43}"})


async def newcomer(town: Town) -> Visitor:
    """A chat that has not signed in."""
    captcha = await town.chat(CHAT).make_captcha()
    known = await stranger(town)
    return replace(
        known,
        headers=_headers(town.chat(CHAT)),
        ids={"captcha_id": str(captcha.id), "captcha": str(await town.solved_captcha(town.chat(CHAT)))},
        words=(*known.words, town.registry.captcha_answer(captcha).get_secret_value()),
    )


async def courier(town: Town) -> Visitor:
    """The bot for itself, with a delivery that waits."""
    account = town.registry.account()
    for chat in (CHAT, CHAT + 1):  # the first hears of the second
        await town.sign_in(account, chat)
    waiting = town.registry.one("SELECT id FROM delivery")
    return Visitor({"X-Service-Key": SERVICE_KEY}, {"delivery_id": int(waiting)})


async def typist(town: Town) -> Visitor:
    """A chat that is asked for its OTP."""
    staff = town.registry.account()
    begun = await town.password_step(staff, town.chat(CHAT))
    return Visitor(_headers(town.chat(CHAT), begun.token), {"sign_in_id": str(begun.id)}, (town.inbox.last_code(),))


async def first_timer(town: Town) -> Visitor:
    """A chat that is asked for a first phone number."""
    begun = await town.password_step(town.registry.account(None), town.chat(CHAT))
    captcha = await town.solved_captcha(town.chat(CHAT))
    ids = {"sign_in_id": str(begun.id), "captcha": str(captcha)}
    return Visitor(_headers(town.chat(CHAT), begun.token), ids, (PHONE, "0912 345 678"))


async def staff(town: Town) -> Visitor:
    """A chat that is signed in, with another session open elsewhere; at a unit with a colleague, who asked for more."""
    account, colleague = town.registry.account(), town.registry.account("+84912000001")
    await town.sign_in(account, CHAT + 1)
    me = await town.sign_in(account, CHAT)
    await me.prove_password(account.password)
    known = _own(town.registry) | await _managed(town, me, colleague) | await _looked_up(town, me)
    return Visitor(_headers(me), known, (account.password.get_secret_value(),))


async def appointee(town: Town) -> Visitor:
    """A chat that is signed in with a password somebody else had set, and must change it."""
    account = town.registry.account(must_change_password=True)
    return Visitor(_headers(await town.sign_in(account, CHAT)), _own(town.registry))


async def keeper(town: Town) -> Visitor:
    """A chat of somebody who keeps units, of which they know one where nobody works."""
    boss = town.registry.account(role=Role.PROVINCE_ADMIN, kind=UnitKind.DEPARTMENT_OF_HEALTH, area=HANOI)
    me = await town.sign_in(boss, CHAT)
    made = await me.add_unit(NewUnit(name="Bệnh viện Demo", kind=UnitKind.HOSPITAL, area=HANOI))
    known: dict[str, str | int] = {"unit_id": made.unit.id, "area": HANOI, "scheme": SCHEME_2021}
    return Visitor(_headers(me), _own(town.registry) | known, (made.unit.name,))


async def supervisor(town: Town) -> Visitor:
    """A chat of somebody who decides on what a health station asked for."""
    boss = town.registry.account(role=Role.PROVINCE_ADMIN, kind=UnitKind.DEPARTMENT_OF_HEALTH, area=HANOI)
    me = await town.sign_in(boss, CHAT)
    return Visitor(_headers(me), _own(town.registry) | await _managed(town, me, town.registry.account("+84912000001")))


async def appointed(town: Town) -> Visitor:
    """A chat where the code of an activation was right, and a password is to be chosen."""
    boss = town.registry.account(role=Role.PROVINCE_ADMIN, kind=UnitKind.DEPARTMENT_OF_HEALTH, area=HANOI)
    account = town.registry.account("+84912000001")
    await (await town.sign_in(boss, CHAT + 1)).send_activation(account.id)
    [code] = ACTIVATION_CODE.findall(town.inbox.texts("+84912000001")[-1])
    opened = await town.chat(CHAT).open_activation(account.username, SecretStr(code))
    return Visitor(_headers(town.chat(CHAT), opened.token), {"activation_id": str(opened.id)}, (account.username, code))


async def program(town: Town) -> Visitor:
    """Somebody signed in without the bot, from an address."""
    account = town.registry.account(api_permission=True)
    session = await town.session(account, town.caller())
    return Visitor({"Authorization": f"Bearer {session.token}"}, _own(town.registry))


VISITORS: Mapping[str, Callable[[Town], Awaitable[Visitor]]] = {
    visitor.__name__: visitor
    for visitor in (
        *(staff, typist, stranger, impostor, newcomer, courier, first_timer),
        *(appointee, program, keeper, supervisor, appointed),
    )
}


async def _managed(town: Town, me: Api, colleague: Staff) -> dict[str, str | int]:
    """An account to manage, what its person asked for, and a list that was taken away."""
    theirs = await town.sign_in(colleague, CHAT + 2)
    asked, taken = await theirs.ask_for_account(await wanted(theirs)), await me.export_accounts(AccountFilter())
    ids: dict[str, str | int] = {"account_id": colleague.id, "to": colleague.id, "unit": (await theirs.me()).unit.id}
    return ids | {"request_id": str(asked.id), "export_id": str(taken.id)}


async def _looked_up(town: Town, me: Api) -> dict[str, str | int]:
    """Somebody who was found."""
    subject = town.registry.subject()
    asked = await me.look_up("Nguyễn Văn A", "0987654321")
    return {"look_up_id": str(asked.id), "subject_id": subject}


def _headers(api: Api, token: str | None = None) -> dict[str, str]:
    shown = {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": str(api.chat)}
    return shown | ({"Authorization": f"Bearer {token or api.token}"} if token or api.token else {})


def _own(registry: Registry) -> dict[str, str | int]:
    """A row of the login history and a session that are there, and a key under which nothing was done."""
    row, session = registry.one("SELECT id FROM login_history LIMIT 1"), registry.one("SELECT id FROM session LIMIT 1")
    return {"row_id": str(row), "session_id": str(session), "key": f"known-{uuid4()}"}
