"""A unit asks for an account for somebody, or takes that back (R13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from api.acts.account_requests import Wanted, may_withdraw, request_in_scope, username_of
from api.acts.accounts import must_manage
from api.acts.known_people import known_people
from api.acts.otp_challenge import phone_key
from api.acts.request_cards import announce, show_decision
from api.people import Person
from api.schemas.account_requests import PersonWanted, RequestEnded, RequestSent
from api.turns import Turn
from models.email import email as canonical_email
from models.full_name import full_name
from models.names import proper_name
from models.phone import otp_phone
from models.places import Unit
from models.refusals import NotFound, PersonAsked, PhoneAsked, PhoneInUse, RequestDecided, UnitClosed
from models.requests import WAITS, AccountRequest, proposed_role
from models.seals import EMAIL_KEY, PERSON_KEY
from models.seals import person as one_person
from models.words import RequestState, Right


@dataclass(frozen=True)
class Asked:
    """Somebody for whom a unit asks."""

    unit: Unit
    wanted: Wanted
    rights: frozenset[Right]


async def ask_for_account(turn: Turn, person: Person, given: PersonWanted) -> RequestSent:
    """Ask, and tell the supervisors of the province.

    Raises:
        NotFound: the unit is out of scope (R12), or whoever asks manages nobody.
        UnitClosed, PersonAsked: why it cannot be asked for.
        PhoneInUse, PhoneAsked: what should be looked at before it is.
        FullNameInvalid, NameInvalid, PhoneInvalid, EmailInvalid: what is not one.
    """
    must_manage(person)
    wanted = Wanted(
        full_name=full_name(given.full_name),
        gender=given.gender,
        position=proper_name(given.position),
        phone=otp_phone(given.phone),
        email=canonical_email(given.email) if given.email else None,
    )
    unit = await turn.db.get(Unit, given.unit)
    if unit is None or not person.scope.holds(unit.place):
        raise NotFound
    if not unit.is_open:
        raise UnitClosed
    if not given.although_known:
        await _must_be_new(turn, unit, wanted)
    asked = Asked(unit, wanted, frozenset(given.rights))
    [request_id] = await write_requests(turn, person, [asked])
    if request_id is None:
        raise await _asked_already(turn, unit, wanted)
    return RequestSent(id=request_id, supervisors_told=await announce(turn, unit, [request_id]))


async def withdraw(turn: Turn, person: Person, request_id: UUID) -> RequestEnded:
    """Take a request back that nobody has decided on.

    Raises:
        NotFound: there is none in one's scope (R12), or it is another unit's.
        RequestDecided: it was decided on.
    """
    request = await request_in_scope(turn, person, request_id, to_change=True)
    if not may_withdraw(person, request):
        raise NotFound
    await must_wait(turn, request)
    request.state, request.decided_by = RequestState.WITHDRAWN, person.account_id
    request.decided_at = turn.now()
    await turn.db.flush()
    await show_decision(turn, await turn.db.get_one(Unit, request.unit_id), request)
    return RequestEnded(id=request.id, state=request.state, requesters_told=0)


async def must_wait(turn: Turn, request: AccountRequest) -> None:
    """Raises RequestDecided if somebody was faster: the first decision stands (R14)."""
    if request.state is not RequestState.WAITING:
        by = await username_of(turn, request.decided_by) or "–"
        assert request.decided_at  # noqa: S101 - a check of the table says so
        raise RequestDecided(state=request.state, by=by, at=request.decided_at)


async def write_requests(turn: Turn, person: Person, asked: Sequence[Asked]) -> list[UUID | None]:
    """Write a row for each; their ids, or None for who is asked for by that unit already."""
    ids = [uuid4() for _ in asked]
    rows = [_row(turn, person, request_id, one) for request_id, one in zip(ids, asked, strict=True)]
    waits_once = insert(AccountRequest).on_conflict_do_nothing(
        index_elements=["unit_id", "person_key"], index_where=WAITS
    )
    written = set(await turn.db.scalars(waits_once.returning(AccountRequest.id), rows))
    return [request_id if request_id in written else None for request_id in ids]


def person_key(turn: Turn, name: str, phone: str) -> bytes:
    """The digest by which somebody is known again."""
    return turn.keys.digest(PERSON_KEY, one_person(name, phone))


async def _must_be_new(turn: Turn, unit: Unit, wanted: Wanted) -> None:
    """Look whether somebody has that number, as far as whoever asks may see."""
    key = phone_key(turn, wanted.phone)
    known = await known_people(turn, [key])
    if key in known.in_use:
        raise PhoneInUse(username=known.in_use[key])
    if at := known.asked_for_another(unit.id, person_key(turn, wanted.full_name, wanted.phone), key):
        raise PhoneAsked(at=at)


def _row(turn: Turn, person: Person, request_id: UUID, asked: Asked) -> dict[str, object]:
    wanted, unit = asked.wanted, asked.unit
    return {
        "id": request_id,
        "unit_id": unit.id,
        "unit_level": unit.level,
        "place": unit.place,
        "by_account_id": person.account_id,
        "asked_at": turn.now(),
        "person_sealed": wanted.sealed(turn.keys, request_id),
        "person_key": person_key(turn, wanted.full_name, wanted.phone),
        "phone_key": phone_key(turn, wanted.phone),
        "email_key": turn.keys.digest(EMAIL_KEY, wanted.email) if wanted.email else None,
        "rights": sorted(asked.rights),
        "proposed_role": proposed_role(asked.rights, unit.kind),
        "state": RequestState.WAITING,
    }


async def _asked_already(turn: Turn, unit: Unit, wanted: Wanted) -> PersonAsked:
    key = person_key(turn, wanted.full_name, wanted.phone)
    same = (AccountRequest.unit_id == unit.id) & (AccountRequest.person_key == key)
    at = await turn.db.scalar(select(AccountRequest.asked_at).where(same, AccountRequest.state == RequestState.WAITING))
    return PersonAsked(at=at or turn.now())  # it was decided on in this very moment
