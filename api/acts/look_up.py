"""«Tra cứu đối tượng»: looking somebody up by name and number, in the whole country (R16, T20)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import ARRAY, BigInteger, DateTime, Text, Uuid, bindparam, column, func, select

from api.acts.doses import doses_seen
from api.acts.notices import notify, open_chats
from api.people import Person, signed_in
from api.schemas.doses import DoseSeen
from api.schemas.subjects import SubjectRow, SubjectsAsked, SubjectSeen
from api.statements import Compiled
from api.turns import Alone, Turn
from models.full_name import masked_name
from models.id_number import masked_id_number
from models.look_up import LookUpSecrets, Wanted, is_the_same, wanted_by
from models.particulars import Particulars
from models.phone import masked
from models.places import Unit
from models.refusals import LookUpsPaused, NotFound, PasswordMustChange
from models.roles import SUBJECT_READERS, Role
from models.rules import MAX_MISSES, MISSES_WINDOW, UNIT_MISSES_ALARM
from models.sealed_subjects import opened
from models.words import Notice, Shown

log = structlog.stdlib.get_logger()

TIME = DateTime(timezone=True)
SHOWN, LOOK_UP, NOW = bindparam("shown", type_=Text), bindparam("look_up", type_=Uuid), bindparam("now", type_=TIME)
COLUMNS = ("id", "version", "is_ours", "scheme", "area", "commune", "around", "sensitive_sealed", "rest_sealed")

ASK = Compiled(
    select(
        func.ask_subject(
            SHOWN, LOOK_UP, bindparam("kind", type_=Text), bindparam("keys", type_=ARRAY(BigInteger)), NOW
        ).label("free_at")
    )
)
ANSWER = Compiled(select(*map(column, COLUMNS)).select_from(func.answer_subject(SHOWN, LOOK_UP, NOW)))
DISCLOSE = Compiled(
    select(
        func.disclose_subject(
            SHOWN,
            bindparam("row_id", type_=Uuid),
            LOOK_UP,
            bindparam("subject", type_=BigInteger),
            bindparam("how", type_=Text),
            NOW,
        )
    )
)
MISSES = Compiled(select(func.misses_of_my_unit(SHOWN, NOW)))


async def look_up(alone: Alone, token: str, full_name: str | None, number: str | None) -> SubjectsAsked:
    """Write down who looks for whom; when that is committed, count those found.

    Raises:
        NumberMissing, NameMissing, FullNameInvalid, NumberInvalid: that names nobody.
        SessionEnded, PasswordMustChange, NotFound: whoever asks may not.
        LookUpsPaused: too many before found nobody; this one is written down and judged by nobody.
    """
    return await looked_for(alone, token, wanted_by(full_name or "", number or ""), SUBJECT_READERS)


async def looked_for(alone: Alone, token: str, whom: Wanted, roles: frozenset[Role]) -> SubjectsAsked:
    """The same, by who has one of those roles."""
    look_up_id = uuid4()
    async with alone() as turn:
        person = await signed_in(turn, token, is_change=False)
        if person.must_change_password:
            raise PasswordMustChange
        if person.role not in roles:
            raise NotFound
        now, keys = turn.now(), LookUpSecrets.of(turn.keys).keys(whom)
        asked = {"shown": token, "look_up": look_up_id, "now": now}
        row = await ASK.row(turn.db, kind=whom.number.kind, keys=keys, **asked)
    if row["free_at"] is not None:
        log.warning("look_ups_paused", account=person.account_id)
        raise LookUpsPaused(until=row["free_at"], max=MAX_MISSES)
    async with turn.house.database.reading() as db:  # one statement, which is shown the token: nothing to begin or end
        answer = await answered(replace(turn, db=db), token, look_up_id, now)
    found = [one for _, one in answer if _is_meant(whom, one)]
    if not found:
        async with alone() as turn:
            turn.account_id = person.account_id
            await _raise_alarm(turn, person, token, now)
    return SubjectsAsked(id=look_up_id, count=len(found))


async def found_subjects(turn: Turn, person: Person, token: str, look_up_id: UUID) -> list[SubjectRow]:
    """Those whom a look-up of one's own found, masked; none when it was too long ago.

    Raises:
        NotFound: whoever asks looks nobody up.
    """
    must_read(person)
    return [_row(row, one) for row, one in await answered(turn, token, look_up_id, turn.now())]


async def subject_seen(turn: Turn, person: Person, token: str, look_up_id: UUID, subject_id: int) -> SubjectSeen:
    """One of those found, as the work needs it; that it was opened is written down before it is told.

    Raises:
        NotFound: no look-up of one's own has found that subject lately.
    """
    must_read(person)
    asked = {"shown": token, "look_up": look_up_id, "now": turn.now()}
    disclosed = await DISCLOSE.row(turn.db, row_id=uuid4(), subject=subject_id, how=Shown.CARD, **asked)
    if not disclosed[0]:
        raise NotFound
    found = await answered(turn, token, look_up_id, turn.now())
    row, one = next((row, one) for row, one in found if row["id"] == subject_id)
    return _seen(row, one, await doses_seen(turn, token, look_up_id, subject_id))


def must_read(person: Person) -> None:
    """Raises NotFound for whoever does not work with subjects: to them there are none."""
    if person.role not in SUBJECT_READERS:
        raise NotFound


async def answered(turn: Turn, token: str, look_up_id: UUID, now: datetime) -> list[tuple[Any, Particulars]]:
    """The rows of those whom a look-up of one's own found, and what is known of them."""
    rows = await ANSWER.rows(turn.db, shown=token, look_up=look_up_id, now=now)
    parts = ("id", "sensitive_sealed", "rest_sealed", "scheme", "area")
    return [(row, opened(turn.keys, *(row[part] for part in parts))) for row in rows]


def _is_meant(whom: Wanted, one: Particulars) -> bool:
    numbers = (*one.phones, *one.documents)
    return any(is_the_same(whom, one.sensitive.full_name, number) for number in numbers)


async def _raise_alarm(turn: Turn, person: Person, token: str, now: datetime) -> None:
    """One unit finds nobody so often that its supervisors are told, once in a while; nobody is stopped (T20)."""
    row = await MISSES.row(turn.db, shown=token, now=now)
    if row[0] >= UNIT_MISSES_ALARM:
        log.warning("many_misses", unit=person.unit_id, misses=row[0])
        unit = await turn.db.get_one(Unit, person.unit_id)
        chats = await open_chats(turn, list(await turn.db.scalars(select(func.my_supervisors()))))
        minutes = MISSES_WINDOW // timedelta(minutes=1)
        facts = {"unit": unit.name, "misses": str(row[0]), "minutes": str(minutes)}
        cause = f"misses of unit {unit.id} in window {now.timestamp() // MISSES_WINDOW.total_seconds():.0f}"
        await notify(turn, Notice.MANY_MISSES, chats, cause, facts)


def _row(row: Any, one: Particulars) -> SubjectRow:
    return SubjectRow(
        id=row["id"],
        name_hint=masked_name(one.sensitive.full_name),
        birth_year=one.sensitive.birth.year,
        gender=one.rest.gender,
        area=_area(row),
        is_yours=row["is_ours"],
    )


def _seen(row: Any, one: Particulars, doses: list[DoseSeen]) -> SubjectSeen:
    return SubjectSeen(
        id=row["id"],
        version=row["version"],
        full_name=one.sensitive.full_name,
        birth=str(one.sensitive.birth),
        gender=one.rest.gender,
        phone_hints=[masked(phone) for phone in one.rest.phones],
        id_number_hints=[masked_id_number(number) for number in one.sensitive.id_numbers],
        guardian=one.rest.guardian or None,
        area=_area(row),
        is_yours=row["is_ours"],
        doses=doses,
    )


def _area(row: Any) -> list[str]:
    return [name for name in (row["commune"], row["around"]) if name is not None]
