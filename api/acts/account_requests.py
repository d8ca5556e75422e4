"""Account requests as their units' admins and their supervisors see them (R13, R14)."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true, tuple_

from api.acts.accounts import must_manage
from api.acts.areas import area_names
from api.acts.login_history import cursor_of, place_of
from api.people import Person
from api.schemas.account_requests import RequestRow, RequestsCounted, RequestSeen, RequestsPage
from api.schemas.units import UnitSeen
from api.turns import Turn
from models.accounts import Account
from models.phone import national
from models.places import Area, Unit
from models.refusals import NotFound
from models.requests import AccountRequest
from models.roles import Role
from models.scopes import ROOT
from models.scopes import after as after_place
from models.sealing import Keys
from models.seals import REQUEST_PERSON, REQUEST_REASON
from models.username import proposed_username
from models.words import Gender, RequestState, Right

ROWS_A_PAGE = 10


class _Place(NamedTuple):
    """Where a page ends."""

    at: datetime
    id: UUID


@dataclass(frozen=True)
class Wanted:
    """Who is asked for."""

    full_name: str
    gender: Gender
    position: str
    phone: str
    """In E.164."""
    email: str | None

    def sealed(self, keys: Keys, request: UUID) -> bytes:
        """As the request's row keeps it."""
        return keys.seal(json.dumps(asdict(self), ensure_ascii=False), REQUEST_PERSON, request)

    @classmethod
    def opened(cls, keys: Keys, request: AccountRequest) -> "Wanted":
        """As it was given."""
        given = json.loads(keys.opened(request.person_sealed, REQUEST_PERSON, request.id))
        return cls(**given | {"gender": Gender(given["gender"])})


@dataclass(frozen=True)
class Wanting:
    """Which requests a list is to have."""

    state: RequestState | None = None
    unit: int | None = None
    to_decide: bool = False
    """Only those that whoever asks may approve as they are."""
    until: str | None = None
    """None that came later than the last that a count told of."""


PLACE = tuple_(AccountRequest.asked_at, AccountRequest.id)


async def list_requests(turn: Turn, person: Person, wanting: Wanting, after: str | None) -> RequestsPage:
    """A page of the requests in one's scope, the newest first; of those that wait, the oldest.

    Raises:
        NotFound: whoever asks manages nobody.
        Malformed: no page gave that cursor, or no count that end.
    """
    asked = await _in_scope(turn, select(AccountRequest, Unit.name), person, wanting)
    if wanting.state is RequestState.WAITING or wanting.to_decide:
        asked = asked.order_by(AccountRequest.asked_at, AccountRequest.id)
        asked = asked if after is None else asked.where(place_of(after) < PLACE)
    else:
        asked = asked.order_by(AccountRequest.asked_at.desc(), AccountRequest.id.desc())
        asked = asked if after is None else asked.where(place_of(after) > PLACE)
    found = (await turn.db.execute(asked.limit(ROWS_A_PAGE + 1))).all()
    page = found[:ROWS_A_PAGE]
    rows = [_row(turn.keys, request, unit) for request, unit in page]
    return RequestsPage(
        rows=rows, next=cursor_of(_Place(page[-1][0].asked_at, page[-1][0].id)) if found[ROWS_A_PAGE:] else None
    )


async def count_requests(turn: Turn, person: Person, wanting: Wanting) -> RequestsCounted:
    """How many such a list has, and the end of it."""
    counted = await _in_scope(turn, select(func.count()).select_from(AccountRequest), person, wanting)
    last = await _in_scope(turn, select(AccountRequest.asked_at.label("at"), AccountRequest.id), person, wanting)
    newest = last.order_by(AccountRequest.asked_at.desc(), AccountRequest.id.desc()).limit(1)
    end = (await turn.db.execute(newest)).one_or_none()
    return RequestsCounted(count=await turn.db.scalar(counted) or 0, until=cursor_of(end) if end else None)


async def request_in_scope(turn: Turn, person: Person, request_id: UUID, *, to_change: bool = False) -> AccountRequest:
    """One request in one's scope; held, if it is to be changed.

    Raises:
        NotFound: there is none by that id, or not for whoever asks (R12).
    """
    must_manage(person)
    request = await turn.db.get(AccountRequest, request_id, with_for_update=to_change)
    if request is None or not person.scope.holds(request.place):
        raise NotFound
    return request


async def request_seen(turn: Turn, person: Person, request_id: UUID) -> RequestSeen:
    """One request, with what was decided and what may be done.

    Raises:
        NotFound: as above.
    """
    request = await request_in_scope(turn, person, request_id)
    wanted = Wanted.opened(turn.keys, request)
    is_waiting = request.state is RequestState.WAITING
    reason = request.reason_sealed
    return RequestSeen(
        id=request.id,
        state=request.state,
        unit=await _unit_of(turn, request),
        by=await username_of(turn, request.by_account_id),
        asked_at=request.asked_at,
        full_name=wanted.full_name,
        gender=wanted.gender,
        position=wanted.position,
        phone=national(wanted.phone),
        email=wanted.email,
        rights=[right for right in Right if right in request.rights],
        role=request.granted_role or request.proposed_role,
        username=await _username(turn, request, wanted),
        decided_by=await username_of(turn, request.decided_by),
        decided_at=request.decided_at,
        reason=turn.keys.opened(reason, REQUEST_REASON, request.id) if reason else None,
        may_decide=is_waiting and person.scope.supervises(request.place) and not await is_own(turn, person, request),
        may_withdraw=is_waiting and may_withdraw(person, request),
    )


async def is_own(turn: Turn, person: Person, request: AccountRequest) -> bool:
    """Whether the person asked for it, or is the one that it is for (R14)."""
    if request.by_account_id == person.account_id:
        return True
    me = await turn.db.get_one(Account, person.account_id)
    has_email = me.email_key is not None and me.email_key == request.email_key
    return me.phone_key == request.phone_key or has_email


def may_withdraw(person: Person, request: AccountRequest) -> bool:
    """Whoever asked, and who manages at that unit."""
    return person.account_id == request.by_account_id or person.unit_id == request.unit_id


async def username_of(turn: Turn, account: int | None) -> str | None:
    """The account's name, if whoever asks may see it."""
    return await turn.db.scalar(select(Account.username).where(Account.id == account)) if account else None


async def _username(turn: Turn, request: AccountRequest, wanted: Wanted) -> str | None:
    match request.state:
        case RequestState.WAITING:
            return await free_username(turn, wanted.full_name)
        case RequestState.APPROVED:
            return await username_of(turn, request.account_id)
        case _:
            return None


async def free_username(turn: Turn, full_name: str) -> str:
    """The name proposed for somebody, or the next that is free."""
    name: str | None = await turn.db.scalar(select(func.free_username(proposed_username(full_name))))
    if name is None:
        raise NotFound
    return name


async def _unit_of(turn: Turn, request: AccountRequest) -> UnitSeen:
    unit = await turn.db.get_one(Unit, request.unit_id)
    area = await turn.db.get_one(Area, (unit.scheme, unit.area))
    names = await area_names(turn, area)
    return UnitSeen(id=unit.id, name=unit.name, kind=unit.kind, level=unit.level, area=names)


Asked = Select[*tuple[Any, ...]]


async def _in_scope(turn: Turn, asked: Asked, person: Person, wanting: Wanting) -> Asked:
    must_manage(person)
    here = (AccountRequest.place >= person.place) & (AccountRequest.place < after_place(person.place))
    asked = asked.join(Unit, Unit.id == AccountRequest.unit_id).where(here)
    if wanting.state is not None:
        asked = asked.where(AccountRequest.state == wanting.state)
    if wanting.unit is not None:
        asked = asked.where(AccountRequest.unit_id == wanting.unit)
    if wanting.until is not None:
        asked = asked.where(place_of(wanting.until, "query.until") >= PLACE)
    return asked.where(*await _is_to_decide(turn, person)) if wanting.to_decide else asked


async def _is_to_decide(turn: Turn, person: Person) -> list[ColumnElement[bool]]:
    """What `decide_request.approve` asks for, but for the OTP."""
    me = await turn.db.get_one(Account, person.account_id)
    is_mine: list[ColumnElement[bool]] = [
        AccountRequest.by_account_id == me.id,
        AccountRequest.phone_key == me.phone_key,
    ]
    if me.email_key is not None:
        is_mine.append(func.coalesce(AccountRequest.email_key == me.email_key, false()))
    return [
        AccountRequest.state == RequestState.WAITING,
        _supervised(person),
        Unit.is_open == true(),
        AccountRequest.proposed_role.in_([role for role in Role if person.scope.grants(role)]),
        ~or_(*is_mine),
    ]


def _supervised(person: Person) -> ColumnElement[bool]:
    """The places that `Scope.supervises`."""
    if person.role is Role.SYSTEM_ADMIN:
        return AccountRequest.place == ROOT
    return true() if person.scope.supervises(person.place) else false()


def _row(keys: Keys, request: AccountRequest, unit: str) -> RequestRow:
    return RequestRow(
        id=request.id,
        full_name=Wanted.opened(keys, request).full_name,
        unit=unit,
        asked_at=request.asked_at,
        state=request.state,
        role=request.granted_role or request.proposed_role,
    )
