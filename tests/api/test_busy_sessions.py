"""Somebody who is closed in the middle of much work: nothing that is asked afterwards is done (T19)."""

import asyncio
import secrets

import pytest

from api.client import Api
from models.refusals import Busy, SessionEnded
from models.sealing import token_digest
from models.words import AccountStatus, Language
from tests.api.hands import Staff, Town
from tests.api.test_accounts import admin

SESSIONS = 50
CHALLENGE = """
    INSERT INTO otp_challenge (id, account_id, purpose, object, phone_sealed, phone_key, secret_sealed, counter,
        expires_at, used_at, used_in)
    SELECT gen_random_uuid(), account_id, purpose, object, phone_sealed, phone_key, secret_sealed, counter,
        expires_at, used_at, used_in
    FROM otp_challenge WHERE account_id = %s AND used_at IS NOT NULL LIMIT 1 RETURNING id
"""
SESSION = """
    INSERT INTO session (id, token_digest, account_id, challenge_id, otp_confirmed, channel, source, opened_at, seen_at,
        expires_at, otp_proven_at)
    SELECT gen_random_uuid(), %s, account_id, %s, otp_confirmed, channel, source, opened_at, seen_at, expires_at,
        otp_proven_at
    FROM session WHERE account_id = %s LIMIT 1
"""


def as_busy_as(town: Town, api: Api, staff: Staff) -> list[Api]:
    """So many sessions like the one there is; more than the SMS of a day would open."""
    owner, many = town.registry.owner, []
    for table in ("otp_challenge", "session"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for _ in range(SESSIONS):
        token = secrets.token_urlsafe(32)
        challenge = owner.execute(CHALLENGE, [staff.id]).fetchone()
        assert challenge
        owner.execute(SESSION, [token_digest(token), challenge[0], staff.id])
        assert api.chat is not None
        many.append(api.by(chat=api.chat, token=token, language="vi"))
    for table in ("otp_challenge", "session"):
        owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return many


async def test_T19_nothing_is_accepted_that_is_asked_after_somebody_was_closed(town: Town) -> None:
    boss, _ = await admin(town)
    theirs, other = await admin(town)
    now, accepted, are_busy = asyncio.get_running_loop().time, [], asyncio.Semaphore(0)

    async def work(api: Api, *, changes: bool) -> None:
        """Read, or change, until it is over."""
        while True:
            asked_at = now()
            try:
                await (api.speak(Language.ENGLISH) if changes else api.me())
            except Busy:
                continue
            accepted.append(asked_at)
            are_busy.release()

    working = [
        asyncio.create_task(work(api, changes=number % 10 == 0))
        for number, api in enumerate(as_busy_as(town, theirs, other))
    ]
    for _ in range(2 * SESSIONS):
        await are_busy.acquire()
    await boss.set_account_status(other.id, AccountStatus.INACTIVE)
    closed_at = now()
    for task in working:
        with pytest.raises(SessionEnded):
            await task
    assert len(accepted) >= 2 * SESSIONS
    assert [asked_at for asked_at in accepted if asked_at > closed_at] == []
