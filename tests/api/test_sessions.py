"""Sessions: how long they live, where, and how they end."""

from datetime import timedelta

import pytest

from api.client import Api
from models.refusals import NotFound, SessionEnded
from models.rules import SESSION_IDLE, SESSION_LIFETIME
from models.words import Channel
from tests.api.hands import SECOND, SERVICE_KEY, Town


def with_token(api: Api, **changes: object) -> Api:
    return Api(**{**vars(api), **changes})


async def test_T19_a_disabled_account_is_refused_at_its_next_request(town: Town) -> None:
    staff = town.registry.account()
    me = await town.sign_in(staff)
    await me.me()
    town.registry.owner.execute("UPDATE account SET is_active = false WHERE id = %s", [staff.id])
    with pytest.raises(SessionEnded):
        await me.me()


async def test_T19_signing_out_ends_the_session_at_once(town: Town) -> None:
    me = await town.sign_in(town.registry.account())
    assert (await me.sign_out()).ended_sessions == 1
    for ask in (me.me, me.sessions, me.sign_out):
        with pytest.raises(SessionEnded):
            await ask()


async def test_T48_a_chats_session_works_in_that_chat_through_the_bot_and_nowhere_else(town: Town) -> None:
    me = await town.sign_in(town.registry.account(api_permission=True))
    assert await me.me()
    for elsewhere in ({"chat": 1002}, {"chat": None, "service_key": None}):
        with pytest.raises(SessionEnded):
            await with_token(me, **elsewhere).me()


async def test_T48_a_straight_session_does_not_work_through_the_bot(town: Town) -> None:
    staff, api = town.registry.account(api_permission=True), town.caller()
    session = await town.session(staff, api)
    mine = with_token(api, token=session.token)
    assert await mine.me()
    with pytest.raises(SessionEnded):
        await with_token(mine, service_key=SERVICE_KEY, chat=1001).me()


async def test_a_session_unused_for_a_shift_ends(town: Town) -> None:
    me = await town.sign_in(town.registry.account())
    town.clock.turn(SESSION_IDLE - SECOND)
    await me.me()
    town.clock.turn(SESSION_IDLE - SECOND)
    await me.me()
    town.clock.turn(SESSION_IDLE)
    with pytest.raises(SessionEnded):
        await me.me()


async def test_a_session_in_use_ends_after_a_day(town: Town) -> None:
    me = await town.sign_in(town.registry.account())
    for _ in range(3):
        town.clock.turn(SESSION_LIFETIME / 4)
        await me.me()
    town.clock.turn(SESSION_LIFETIME / 4 - SECOND)
    await me.me()
    town.clock.turn(SECOND)
    with pytest.raises(SessionEnded):
        await me.me()


async def test_changing_something_keeps_a_session_in_use_too(town: Town) -> None:
    me = await town.sign_in(town.registry.account())
    for _ in range(2):
        town.clock.turn(SESSION_IDLE - SECOND)
        await me.speak((await me.me()).language)


async def test_a_session_in_use_is_written_to_once_a_minute(town: Town) -> None:
    me = await town.sign_in(town.registry.account())
    versions = set()
    for _ in range(4):
        town.clock.turn(timedelta(seconds=29))
        await me.me()
        versions.add(town.registry.one("SELECT xmin::text FROM session"))
    assert len(versions) == 2


async def test_one_sees_ones_own_sessions_and_ends_one_elsewhere(town: Town) -> None:
    staff, other = town.registry.account(), town.registry.account("+84987654321")
    here, there = await town.sign_in(staff, 123456789), await town.sign_in(staff, 1002)
    foreign = await town.sign_in(other, 1003)
    rows = {row.source: row for row in await here.sessions()}
    assert set(rows) == {"…6789", "…1002"}
    assert (rows["…6789"].is_here, rows["…1002"].is_here) == (True, False)
    assert rows["…1002"].channel is Channel.CHAT
    with pytest.raises(NotFound):
        await here.end_session((await foreign.sessions())[0].id)
    assert (await here.end_session(rows["…1002"].id)).ended_sessions == 1
    with pytest.raises(SessionEnded):
        await there.me()
    with pytest.raises(NotFound):
        await here.end_session(rows["…1002"].id)
    assert await foreign.me()


async def test_T24_no_token_is_kept_in_the_database(town: Town) -> None:
    me = await town.sign_in(town.registry.account())
    begun = await town.password_step(town.registry.account(), town.chat())
    tables = ("session", "sign_in", "effect")
    kept = str([town.registry.rows(f"SELECT row_to_json(t)::text FROM {table} t") for table in tables])  # noqa: S608
    for token in (me.token or "", begun.token):
        assert len(token) > 40
        assert token not in kept
        assert token.encode().hex() not in kept  # as JSON has bytes


@pytest.mark.parametrize("token", [None, "", "x", "Bearer", "ộ"])
async def test_without_a_session_nothing_inside_is_reached(town: Town, token: str | None) -> None:
    headers = {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": "1001"}
    headers |= {"Authorization": f"Bearer {token}"} if token is not None else {}
    for method, path in (("GET", "/v1/me"), ("GET", "/v1/sessions"), ("DELETE", "/v1/sessions/current")):
        status, _, _ = await town.raw(method, path, headers=headers)
        assert status == 401
