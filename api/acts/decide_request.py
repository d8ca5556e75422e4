"""Deciding on an account request: the first decision stands, and its requester hears of it (R14)."""

from datetime import datetime
from uuid import UUID

from api.acts.account_requests import Wanted, free_username, is_own, request_in_scope
from api.acts.activation import begin_activation
from api.acts.admin_acts import write_down
from api.acts.ask_for_account import must_wait
from api.acts.new_account import save_account
from api.acts.notices import notify, open_chats
from api.acts.request_cards import show_decision
from api.acts.step_up import must_be_fresh
from api.people import Person
from api.schemas.account_requests import Approval, Rejection, RequestApproved, RequestEnded
from api.turns import Turn
from models.accounts import Account
from models.places import Unit
from models.refusals import Busy, NotFound, OwnRequest, ResendTooSoon, RoleNotYours, TooManySms, UnitClosed
from models.requests import AccountRequest, reason
from models.roles import LEVELS_OF_ROLE
from models.seals import REQUEST_REASON
from models.username import username as canonical
from models.words import Act, Notice, RequestState


async def approve(turn: Turn, person: Person, request_id: UUID, given: Approval) -> RequestApproved:
    """Make the account, and send its person a code to choose a password with.

    Raises:
        NotFound: there is no such request for whoever asks to decide on (R12).
        OtpNotFresh, OwnRequest, RequestDecided: why nobody, or not this one, may decide.
        RoleNotYours, UnitClosed, UsernameTaken, UsernameInvalid: why the account cannot be made so.
    """
    request = await _to_decide(turn, person, request_id)
    unit = await turn.db.get_one(Unit, request.unit_id)
    if not person.scope.grants(given.role) or unit.level not in LEVELS_OF_ROLE[given.role]:
        raise RoleNotYours
    if not unit.is_open:
        raise UnitClosed
    wanted = Wanted.opened(turn.keys, request)
    username = canonical(given.username) if given.username else await free_username(turn, wanted.full_name)
    account = await save_account(
        turn,
        username,
        unit,
        given.role,
        phone=wanted.phone,
        email=wanted.email,
        full_name=wanted.full_name,
        password_hash=turn.house.passwords.nobodys,
    )
    facts = {"role": given.role, "unit": unit.id, "username": username}
    await write_down(turn, person, Act.REQUEST_APPROVED, facts, account=account, request=request.id)
    code_sent = await _send_code(turn, account, wanted.phone)
    made = await turn.db.get_one(Account, account)
    request.granted_role, request.account_id = given.role, account
    await _decide(turn, person, request, RequestState.APPROVED, made.created_at)  # one moment, as the wall has it
    uncoded = "" if code_sent else username
    told = await _tell(turn, request, Notice.REQUEST_APPROVED, wanted, unit, username=username, uncoded=uncoded)
    await show_decision(turn, unit, request)
    return RequestApproved(id=request.id, account=account, username=username, requesters_told=told, code_sent=code_sent)


async def _send_code(turn: Turn, account: int, phone: str) -> bool:
    """Send the activation code, if an SMS may go now; the account is there all the same, and it can be sent later."""
    try:
        await begin_activation(turn, account, phone)
    except (ResendTooSoon, TooManySms, Busy):
        return False
    return True


async def reject(turn: Turn, person: Person, request_id: UUID, given: Rejection) -> RequestEnded:
    """Make no account, and say why.

    Raises:
        NotFound, OtpNotFresh, OwnRequest, RequestDecided: as for `approve`.
        ReasonInvalid: no reason was given.
    """
    why = reason(given.reason)
    request = await _to_decide(turn, person, request_id)
    await write_down(turn, person, Act.REQUEST_REJECTED, {"reason": why}, request=request.id)
    request.reason_sealed = turn.keys.seal(why, REQUEST_REASON, request.id)
    await _decide(turn, person, request, RequestState.REJECTED, turn.now())
    unit = await turn.db.get_one(Unit, request.unit_id)
    wanted = Wanted.opened(turn.keys, request)
    told = await _tell(turn, request, Notice.REQUEST_REJECTED, wanted, unit, reason=why)
    await show_decision(turn, unit, request)
    return RequestEnded(id=request.id, state=request.state, requesters_told=told)


async def _to_decide(turn: Turn, person: Person, request_id: UUID) -> AccountRequest:
    """The request, held, if it still waits and is this person's to decide on: as things are now, at the press (T12)."""
    request = await request_in_scope(turn, person, request_id, to_change=True)
    if not person.scope.supervises(request.place):
        raise NotFound
    await must_wait(turn, request)
    if await is_own(turn, person, request):
        raise OwnRequest
    must_be_fresh(turn, person)
    return request


async def _decide(turn: Turn, person: Person, request: AccountRequest, state: RequestState, at: datetime) -> None:
    request.state, request.decided_by, request.decided_at = state, person.account_id, at
    await turn.db.flush()


async def _tell(turn: Turn, request: AccountRequest, notice: Notice, wanted: Wanted, unit: Unit, **more: str) -> int:
    """Tell whoever asked, in their open chats; how many were told."""
    chats = await open_chats(turn, [request.by_account_id])
    facts = {"request": str(request.id), "full_name": wanted.full_name, "unit": unit.name} | more
    await notify(turn, notice, chats, f"decision on {request.id}", facts)
    return len({account for account, _ in chats})
