"""The journal in Valkey: its lock, its revisions, its seal."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.journal import (
    LIFE,
    ForgetfulRedis,
    Journal,
    JournalGone,
    LockHeld,
    LockLost,
    Page,
    check_memory,
    valkey,
)
from bot.settings import keys_of
from models.sealing import SealBroken
from tests.bot.hands import everything_in, free_port

CHAT = 4711
SHORT = timedelta(milliseconds=20)
NAMES: list[Any] = [["speak", "en"], ["seat", {"token": "a-canary-of-a-token", "name": "Nguyễn Văn Chim"}]]


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with valkey(redis_url) as redis:
        yield redis


@pytest.fixture
def journal(redis: Redis) -> Journal:
    return Journal(redis, keys_of(bytes(32)))


@pytest.fixture
def hasty(redis: Redis) -> Journal:
    """A worker whose leases end at once, as if it had been paused."""
    return Journal(redis, keys_of(bytes(32)), lease=SHORT)


async def reopened(journal: Journal, update: int = 2, at_hand: str = "") -> Page:
    return await journal.open(CHAT, update, at_hand=at_hand)


async def written(journal: Journal, *entries: Any, update: int = 1) -> Page:
    page = await journal.open(CHAT, update, at_hand="")
    await journal.write(page, list(entries), has_seen=True, lets_go=True)
    return page


async def test_more_chats_at_once_than_telegram_sends_find_valkey_there(journal: Journal) -> None:
    pages = await asyncio.gather(*(journal.open(CHAT + number, 1, at_hand="") for number in range(150)))
    assert {page.chat - CHAT for page in pages} == set(range(150))


async def test_what_was_written_is_read_again(journal: Journal) -> None:
    await written(journal, *NAMES)
    assert journal.entries(await reopened(journal)) == NAMES


async def test_entries_are_appended_or_replace_the_others(journal: Journal) -> None:
    await written(journal, ["a"])
    page = await reopened(journal)
    await journal.write(page, [["b"]])
    await journal.write(page, [["c"]], lets_go=True)
    page = await reopened(journal, 3)
    assert journal.entries(page) == [["a"], ["b"], ["c"]]
    await journal.write(page, [["d"]], replaces=True, lets_go=True)
    assert journal.entries(await reopened(journal, 4)) == [["d"]]


async def test_whoever_has_the_revision_at_hand_is_sent_no_entries(journal: Journal) -> None:
    page = await written(journal, ["a"])
    assert (await reopened(journal, at_hand=page.revision)).blobs is None


async def test_an_unwritten_turn_leaves_the_revision(journal: Journal) -> None:
    first = await written(journal, ["a"])
    page = await reopened(journal, at_hand=first.revision)
    await journal.write(page, [], has_seen=True, lets_go=True)
    assert (await reopened(journal, 3, first.revision)).blobs is None


async def test_T16_an_update_is_seen_once_and_for_all_whatever_its_number(journal: Journal) -> None:
    for update in (900, 17, 901, 3):
        await written(journal, update=update)
    seen = {}
    for update in (900, 17, 901, 3, 902, 4):
        page = await journal.open(CHAT, update, at_hand="")
        seen[update] = page.is_seen
        await journal.write(page, [], lets_go=True)
    assert seen == {900: True, 17: True, 901: True, 3: True, 902: False, 4: False}


async def test_an_update_that_gets_nowhere_is_counted(journal: Journal) -> None:
    tries = []
    for _ in range(3):
        page = await reopened(journal)
        tries.append(page.tries)
        await journal.write(page, [], lets_go=True)
    await written(journal, update=2)
    tries.append((await reopened(journal)).tries)
    assert tries == [1, 2, 3, 1]


async def test_T43_nobody_else_opens_a_chat_that_is_open(journal: Journal) -> None:
    await reopened(journal)
    with pytest.raises(LockHeld) as held:
        await reopened(journal, 3)
    assert 0 < held.value.left <= 8
    assert (await journal.open(CHAT + 1, 3, at_hand="")).fence == 1


async def test_T43_a_worker_paused_past_its_lease_writes_nothing(journal: Journal, hasty: Journal) -> None:
    paused = await reopened(hasty)
    other = await opened_after_the_lease(journal)
    assert other.fence > paused.fence
    with pytest.raises(LockLost):
        await hasty.write(paused, [["stale"]])
    await journal.write(other, [["fresh"]], has_seen=True, lets_go=True)
    with pytest.raises(LockLost):
        await hasty.write(paused, [["stale"]], has_seen=True, lets_go=True)
    page = await reopened(journal, 4)
    assert journal.entries(page) == [["fresh"]]


async def test_T43_a_lease_that_nobody_took_is_still_good(hasty: Journal, redis: Redis) -> None:
    page = await reopened(hasty)
    await until_the_lease_ends(redis)
    await hasty.write(page, [["late but alone"]], lets_go=True)


async def test_T42_a_lock_can_be_broken_and_its_owner_is_refused_from_then_on(journal: Journal) -> None:
    hung = await reopened(journal)
    escape = await journal.open(CHAT, 3, at_hand="", takes_over=True)
    with pytest.raises(LockLost):
        await journal.write(hung, [["stale"]])
    await journal.write(escape, [["out"]], lets_go=True)


async def test_T43_those_who_come_at_once_are_let_in_one_after_the_other(journal: Journal) -> None:
    inside, most = 0, 0

    async def visit(update: int) -> None:
        nonlocal inside, most
        while True:
            try:
                page = await reopened(journal, update)
            except LockHeld:
                await asyncio.sleep(0)
                continue
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1
            return await journal.write(page, [[update]], has_seen=True, lets_go=True)

    await asyncio.gather(*(visit(update) for update in range(40)))
    entries = journal.entries(await reopened(journal, 999))
    assert most == 1
    assert sorted(entry[0] for entry in entries) == list(range(40))


async def test_T34_a_flushed_valkey_refuses_who_wrote_before(journal: Journal, redis: Redis) -> None:
    page = await reopened(journal)
    await redis.flushdb()
    with pytest.raises(LockLost):
        await journal.write(page, [["x"]])


async def test_T24_nothing_in_valkey_can_be_read(journal: Journal, redis: Redis) -> None:
    await written(journal, *NAMES)
    kept = await everything_in(redis)
    assert b"canary" not in kept
    assert "Nguyễn".encode() not in kept
    assert b"seat" not in kept


async def test_T26_a_journal_opens_in_its_own_chat_only(journal: Journal, redis: Redis) -> None:
    await written(journal, *NAMES)
    await redis.copy(f"{{{CHAT}}}:entries", f"{{{CHAT + 1}}}:entries")
    await redis.copy(f"{{{CHAT}}}:chat", f"{{{CHAT + 1}}}:chat")
    with pytest.raises(SealBroken):
        journal.entries(await journal.open(CHAT + 1, 2, at_hand=""))


async def test_another_key_opens_nothing(journal: Journal, redis: Redis) -> None:
    await written(journal, *NAMES)
    stranger = Journal(redis, keys_of(bytes(31) + b"1"))
    with pytest.raises(SealBroken):
        stranger.entries(await reopened(stranger))


async def test_everything_kept_ends_by_itself(journal: Journal, redis: Redis) -> None:
    await written(journal, *NAMES)
    lives = {key: await redis.ttl(key) async for key in redis.scan_iter("*")}
    assert len(lives) == 3
    assert all(0 < life <= LIFE.total_seconds() for life in lives.values())


async def test_T39_without_valkey_nothing_opens() -> None:
    async with valkey(f"redis://127.0.0.1:{free_port()}") as nowhere:
        with pytest.raises(JournalGone):
            await reopened(Journal(nowhere, keys_of(bytes(32))))


async def test_T34_a_valkey_that_may_forget_is_refused(redis: Redis) -> None:
    with pytest.raises(ForgetfulRedis, match="appendonly"):
        await check_memory(redis)  # the tests' own keeps no file


async def opened_after_the_lease(journal: Journal, update: int = 3) -> Page:
    while True:
        try:
            return await reopened(journal, update)
        except LockHeld:
            await asyncio.sleep(SHORT.total_seconds() / 10)


async def until_the_lease_ends(redis: Redis) -> None:
    until = int(await redis.hget(f"{{{CHAT}}}:chat", "until") or 0)
    while True:
        seconds, micros = await redis.time()
        if seconds * 1000 + micros // 1000 > until:
            return
