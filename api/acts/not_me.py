"""«Không phải tôi»: somebody says of an attempt in their history that it was not they (R2)."""

from uuid import UUID, uuid5

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from api.acts.me import me_of
from api.acts.notices import notify, notify_other_chats, open_chats
from api.acts.otp_guard import lock_guard
from api.acts.sessions import end_sessions
from api.acts.sign_ins import end_sign_ins
from api.people import Person
from api.schemas import Me, NotMeReported
from api.turns import Turn
from models.accounts import Account
from models.deliveries import Delivery
from models.history import LoginHistory
from models.places import Area, Unit
from models.refusals import NotFound
from models.roles import SUPERVISOR, Level, Role
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
    ended = await end_sessions(turn, person.account_id, SessionEnd.NOT_ME)
    await end_sign_ins(turn, SignIn.account_id == person.account_id, turn.now())
    await turn.db.execute(update(Account).where(Account.id == person.account_id).values(must_change_password=True))
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
    about = facts | {"username": me.username, "full_name": me.full_name, "unit": me.unit.name}
    supervisors = await _supervisors(turn, me)
    await notify(turn, Notice.NOT_ME_REPORTED, await open_chats(turn, supervisors), cause, about)


async def _told_of(turn: Turn, row_id: UUID) -> int:
    """How many supervisors have it in one of their chats."""
    notices = (Delivery.cause == _cause(row_id)) & (Delivery.notice == Notice.NOT_ME_REPORTED)
    return await turn.db.scalar(select(func.count(Delivery.account_id.distinct())).where(notices)) or 0


async def _supervisors(turn: Turn, me: Me) -> list[int]:
    """The supervisors of the account's province; of a supervisor or a system admin, the system's admins."""
    asked = select(Account.id).join(Unit, Unit.id == Account.unit_id).where(Account.is_active, Account.id != me.id)
    province = None if me.role in {SUPERVISOR, Role.SYSTEM_ADMIN} else await _province(turn, me.unit.id)
    if province is None:
        return list(await turn.db.scalars(asked.where(Account.role == Role.SYSTEM_ADMIN)))
    scheme, code = province
    there = (Unit.scheme == scheme) & (Unit.area == code)
    return list(await turn.db.scalars(asked.where(Account.role == SUPERVISOR, there)))


async def _province(turn: Turn, unit_id: int) -> tuple[int, str] | None:
    """Scheme and code of the province that the unit stands in; None for the country's units."""
    around = select(Area).join(Unit, (Unit.scheme == Area.scheme) & (Unit.area == Area.code)).where(Unit.id == unit_id)
    areas = around.cte(recursive=True)
    above = aliased(Area)
    step = select(above).join(areas, (above.scheme == areas.c.scheme) & (above.code == areas.c.parent))
    areas = areas.union_all(step)
    asked = select(areas.c.scheme, areas.c.code).where(areas.c.level == Level.PROVINCE)
    row = (await turn.db.execute(asked)).one_or_none()
    return row and (row.scheme, row.code)


def _cause(row_id: UUID) -> str:
    return f"not me: {row_id}"
