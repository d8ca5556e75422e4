"""«Không phải tôi»: somebody says of an attempt in their history that it was not they (R2)."""

from uuid import UUID, uuid5

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from api.acts.me import me_of
from api.acts.notices import notify, notify_other_chats, open_chats
from api.acts.otp_guard import lock_guard
from api.acts.sessions import end_sessions
from api.acts.sign_ins import end_sign_ins
from api.people import Person
from api.schemas.own_account import NotMeReported
from api.turns import Turn
from models.accounts import Account
from models.deliveries import Delivery
from models.history import LoginHistory
from models.refusals import NotFound
from models.sign_ins import SignIn
from models.words import Attempt, Notice, SessionEnd


async def report_not_me(turn: Turn, person: Person, row_id: UUID) -> NotMeReported:
    """End every session, demand a new password, and tell the person's other chats and the supervisors; once per row.

    Raises:
        NotFound: no attempt on one's own account (R12).
    """
    row = await turn.db.get(LoginHistory, row_id)
    if row is None or row.account_id != person.account_id:
        raise NotFound
    await lock_guard(turn.db, person.account_id)
    if not await _is_first_report(turn, person, row_id):
        return NotMeReported(ended_sessions=0, supervisors_told=await _told_of(turn, row_id))
    await _tell(turn, person, row_id)
    # While the session is there: after it, the account is not for this turn to change.
    await turn.db.execute(update(Account).where(Account.id == person.account_id).values(must_change_password=True))
    ended = await end_sessions(turn, person.account_id, SessionEnd.NOT_ME)
    await end_sign_ins(turn, SignIn.account_id == person.account_id, turn.now())
    return NotMeReported(ended_sessions=len(ended), supervisors_told=await _told_of(turn, row_id))


async def _is_first_report(turn: Turn, person: Person, row_id: UUID) -> bool:
    """Write the report into the history; it is known by the attempt it is about, so there is one of each."""
    report = {
        "id": uuid5(row_id, Attempt.NOT_ME),
        "at": turn.now(),
        "account_id": person.account_id,
        "channel": turn.caller.channel,
        "source": turn.caller.source,
        "attempt": Attempt.NOT_ME,
    }
    written = insert(LoginHistory).values(report).on_conflict_do_nothing().returning(LoginHistory.id)
    return await turn.db.scalar(written) is not None


async def _tell(turn: Turn, person: Person, row_id: UUID) -> None:
    facts = {"at": turn.now().isoformat()}
    cause = _cause(row_id)
    await notify_other_chats(turn, Notice.SESSION_ENDED_ELSEWHERE, person.account_id, cause, facts)
    me = await me_of(turn, person.account_id)
    about = facts | {"username": me.username, "full_name": me.full_name or "", "unit": me.unit.name}
    supervisors = list(await turn.db.scalars(select(func.my_supervisors())))
    await notify(turn, Notice.NOT_ME_REPORTED, await open_chats(turn, supervisors), cause, about)


async def _told_of(turn: Turn, row_id: UUID) -> int:
    """How many supervisors have it in one of their chats."""
    notices = (Delivery.cause == _cause(row_id)) & (Delivery.notice == Notice.NOT_ME_REPORTED)
    return await turn.db.scalar(select(func.count(Delivery.account_id.distinct())).where(notices)) or 0


def _cause(row_id: UUID) -> str:
    return f"not me: {row_id}"
