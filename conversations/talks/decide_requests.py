"""«Rà soát»: the supervisor decides on the account requests of the province (R14)."""

from uuid import UUID

from api.client import Api
from api.schemas.account_requests import Approval, Rejection, RequestSeen, RequestsPage
from api.schemas.areas import Workplace
from conversations.talk import Option, Talk, part
from conversations.talks.account_requests import facts_of, lines
from conversations.talks.decide_all import decide_all
from conversations.talks.step_up import sensitively
from models.refusals import NotFound, OwnRequest, RequestDecided, RoleNotYours, UnitClosed, UsernameTaken
from models.requests import reason
from models.roles import Role
from models.username import username
from models.words import RequestState


@part
async def decide_requests(talk: Talk) -> None:
    """Those of the whole province."""
    await requests_that_wait(talk, None)


@part
async def decide_unit_requests(talk: Talk, about: str) -> None:
    """Those of one unit, from its card."""
    await requests_that_wait(talk, int(about))


@part
async def requests_that_wait(talk: Talk, unit: int | None) -> None:
    """The oldest first; from the list to one of them, or to all at once."""
    after = None
    while True:
        page = await talk.look(Api.account_requests, RequestState.WAITING, after, unit)
        counted = await talk.look(Api.count_account_requests, RequestState.WAITING, unit)
        choice = await talk.choose("list", _options(page), stands=True, count=counted.count, rows=lines(page))
        match choice:
            case "more":
                after = page.next
            case "all":
                await decide_all(talk, unit)
                await talk.return_to("list")
            case _:
                await decide_request(talk, choice)
                await talk.return_to("list")


@part
async def decide_request(talk: Talk, about: str) -> None:
    """One request's card: approve it, perhaps with another role or name, or reject it."""
    request = UUID(about)
    with talk.within(about):
        place = await talk.look(Api.workplace)
        role: Role | None = None
        name: str | None = None
        while True:
            try:
                may_decide = await talk.prepare(Api.may_decide_request, request)  # kept: a decision changes it
                seen = await talk.look(Api.account_request, request)
            except NotFound as refusal:
                await talk.tell(refusal)
                return
            if not may_decide and seen.state is not RequestState.WAITING:
                await talk.say("decided", by=seen.decided_by or "–", at=seen.decided_at, **facts_of(seen))
                return
            role = role or seen.role
            name = name or seen.username or ""
            facts = facts_of(seen) | {"role": role, "username": name}
            match await talk.choose("card", _actions(may_decide=may_decide), **facts):
                case "approve":
                    name = await approve(talk, seen, role, name)
                    if not name:
                        return
                case "reject":
                    await reject(talk, seen)
                    return
                case "edit_role":
                    role = await choose_granted_role(talk, place, seen)
                case "edit_username":
                    name = await ask_username(talk)
                case _:
                    return


@part
async def approve(talk: Talk, seen: RequestSeen, role: Role, name: str) -> str | None:
    """Make the account; a name to be used instead, if somebody has that one."""
    try:
        made = await sensitively(talk, Api.approve_request, seen.id, Approval(role=role, username=name))
    except UsernameTaken as refusal:
        await talk.tell(refusal)
        return await ask_username(talk)
    except (RequestDecided, OwnRequest, NotFound, RoleNotYours, UnitClosed) as refusal:
        await talk.tell(refusal)
    else:
        await talk.say("done", full_name=seen.full_name, username=made.username, role=role)
        if not made.code_sent:
            await talk.say("uncoded", username=made.username)
    return None


@part
async def reject(talk: Talk, seen: RequestSeen) -> None:
    """Say why; whoever asked reads it."""
    why = await talk.ask("why", reason, full_name=seen.full_name)
    try:
        await sensitively(talk, Api.reject_request, seen.id, Rejection(reason=why))
    except (RequestDecided, OwnRequest, NotFound) as refusal:
        await talk.tell(refusal)
    else:
        await talk.say("done", full_name=seen.full_name)


@part
async def choose_granted_role(talk: Talk, place: Workplace, seen: RequestSeen) -> Role:
    """One of the roles that may be given at that unit."""
    roles = place.roles.get(seen.unit.level, [])
    options = [Option(role, "choose_granted_role.which.one", {"role": role}) for role in roles]
    return Role(await talk.choose("which", options, full_name=seen.full_name))


@part
async def ask_username(talk: Talk) -> str:
    """Another name to sign in with."""
    return await talk.ask("username", username)


def _actions(*, may_decide: bool) -> list[Option]:
    """The buttons under the card; only to go back, where the request is one's own."""
    decide = ["approve", "reject", "edit_role", "edit_username"] if may_decide else []
    return [Option(name) for name in (*decide, "list")]


def _options(page: RequestsPage) -> list[Option]:
    rows = [Option(str(row.id), "requests_that_wait.list.one", {"full_name": row.full_name}) for row in page.rows]
    return [*rows, *([Option("more")] if page.next else []), *([Option("all")] if len(rows) > 1 else [])]
