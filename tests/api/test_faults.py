"""What happens when something below breaks: nothing is allowed, nothing is shown, and one alarm rings."""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from api.app import make_app
from api.client.faults import ApiBroken, ApiFault
from api.settings import ApiSettings
from conversations.texts import word
from models.refusals import Busy
from models.rules import RESEND_PAUSE
from tests.api.hands import HandClock, Town, served

REFERENCE = re.compile(r"[0-9a-f]{8}")
NOWHERE = SecretStr("postgresql://api:x@127.0.0.1:9/none")


async def test_T39_without_the_database_everything_is_busy_and_nothing_is_allowed(
    town: Town, settings: ApiSettings
) -> None:
    app = make_app(settings.model_copy(update={"database_url": NOWHERE}), word, HandClock())
    async with served(app) as url:
        there = Town(url, town.http, app, town.clock, town.inbox, town.registry)
        chat, staff = there.chat().under("k" * 16), there.registry.account()
        asked: list[Callable[[], Awaitable[object]]] = [
            lambda: chat.start_sign_in(staff.username, staff.password),
            lambda: there.chat().start_sign_in("nobody.here", staff.password),
            chat.make_captcha,
            chat.me,
            chat.sign_out,
            lambda: chat.effect("k" * 16),
            lambda: chat.void_effect("k" * 16),
        ]
        for ask in asked:
            with pytest.raises(Busy):
                await ask()
        assert (await there.raw("GET", "/v1/health"))[0] == 503


@contextmanager
def forbidden(town: Town, table: str) -> Iterator[None]:
    """The API's role may not read the table for a while, nor look through its keyhole."""
    role = urlsplit(town.app.state.house.settings.database_url.get_secret_value()).username
    names = {"table": sql.Identifier(table), "role": sql.Identifier(role or "")}
    rights = ["SELECT ON {table}", *(["EXECUTE ON FUNCTION account_named"] if table == "account" else [])]
    for right in rights:
        town.registry.owner.execute(sql.SQL(f"REVOKE {right} FROM {{role}}").format(**names))
    try:
        yield
    finally:
        for right in rights:
            town.registry.owner.execute(sql.SQL(f"GRANT {right} TO {{role}}").format(**names))


GUARDS = ["password_wait", "account", "otp_guard", "sign_in", "otp_challenge", "otp_sms", "effect"]
STEPS = ["start", "resend", "confirm"]
UNGUARDED = {("password_wait", "resend"), ("password_wait", "confirm")}
"""The waits are about passwords only."""


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("step", STEPS)
async def test_T39_a_guard_that_cannot_be_asked_lets_nobody_on(town: Town, guard: str, step: str) -> None:
    if (guard, step) in UNGUARDED:
        return
    staff, chat = town.registry.account(), town.chat().under("a-key-of-this-test")
    begun = await town.password_step(staff, town.chat())
    code = SecretStr(town.inbox.last_code())
    town.clock.turn(RESEND_PAUSE)
    asks: dict[str, Callable[[], Awaitable[object]]] = {
        "start": lambda: chat.start_sign_in(staff.username, staff.password),
        "resend": lambda: chat.resend_otp(begun.id, begun.token),
        "confirm": lambda: chat.confirm_otp(begun.id, begun.token, code),
    }
    with forbidden(town, guard), pytest.raises(ApiBroken) as broken:
        await asks[step]()
    assert REFERENCE.fullmatch(broken.value.reference)
    assert len(town.inbox.orders) == 1
    assert town.registry.one("SELECT count(*) FROM session") == 0
    assert await town.chat().confirm_otp(begun.id, begun.token, code)


@pytest.mark.parametrize("guard", ["session", "account"])
async def test_T39_a_session_that_cannot_be_looked_up_is_none(town: Town, guard: str) -> None:
    me = await town.sign_in(town.registry.account())
    with forbidden(town, guard), pytest.raises(ApiFault):
        await me.me()
    assert await me.me()


async def test_T39_a_captcha_that_cannot_be_judged_opens_no_door(town: Town) -> None:
    chat = town.chat()
    begun = await town.password_step(town.registry.account(None), chat)
    captcha = await town.solved_captcha(chat)
    with forbidden(town, "captcha"), pytest.raises(ApiFault):
        await chat.give_phone(begun.id, begun.token, "0912345678", captcha)
    assert town.inbox.orders == []


async def test_T39_a_guard_that_somebody_holds_makes_it_busy_and_is_left_as_it_was(town: Town, owner_url: str) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    code = SecretStr(town.inbox.last_code())
    with psycopg.connect(owner_url) as holder:
        holder.execute("SELECT FROM otp_guard WHERE account_id = %s FOR UPDATE", [staff.id])
        with pytest.raises(Busy):
            await chat.confirm_otp(begun.id, begun.token, code)
    assert await chat.confirm_otp(begun.id, begun.token, code)


async def test_T24_a_row_that_the_database_refuses_is_not_told_to_the_log(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    """PostgreSQL's detail of such an error is the whole row."""
    chat = 404_303_202_101
    town.registry.owner.execute(f"ALTER TABLE captcha ADD CONSTRAINT nobody CHECK (source <> 'chat:{chat}')")
    try:
        with pytest.raises(ApiBroken):
            await town.chat(chat).make_captcha()
    finally:
        town.registry.owner.execute("ALTER TABLE captcha DROP CONSTRAINT nobody")
    log = capsys.readouterr().out
    assert "nobody" in log
    assert str(chat) not in log


async def test_an_unexpected_fault_is_told_by_a_reference_that_the_log_knows(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    staff = town.registry.account()
    me = await town.sign_in(staff)
    town.registry.owner.execute("UPDATE account SET full_name_sealed = 'canary' WHERE id = %s", [staff.id])
    with pytest.raises(ApiBroken) as broken:
        await me.me()
    assert REFERENCE.fullmatch(broken.value.reference)
    log = capsys.readouterr().out
    assert broken.value.reference in log
    assert "SealBroken" in log
    assert "canary" not in log
