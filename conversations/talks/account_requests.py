"""The requests of one's own units, and what became of them (R13, R14)."""

from typing import Any
from uuid import UUID

from api.client import Api
from api.schemas.account_requests import RequestSeen, RequestsPage
from conversations.talk import Option, Talk, part
from conversations.talks.ask_for_account import ask_for_account
from conversations.talks.ask_for_many import ask_for_many
from conversations.texts import Lines
from models.refusals import NotFound, RequestDecided
from models.words import RequestState


@part
async def account_requests(talk: Talk) -> None:
    """Page by page; from the list to a new request, or to one that is there."""
    after = None
    while True:
        page = await talk.look(Api.account_requests, None, after)
        counted = await talk.look(Api.count_account_requests, None)
        choice = await talk.choose("list", _options(page), stands=True, count=counted.count, rows=lines(page))
        match choice:
            case "ask":
                await ask_for_account(talk)
                await talk.return_to("list")
            case "ask_for_many":
                await ask_for_many(talk)
                await talk.return_to("list")
            case "more":
                after = page.next
            case _:
                await see_request(talk, UUID(choice))
                await talk.return_to("list")


@part
async def see_request(talk: Talk, request: UUID) -> None:
    """One request's card; what waits can be withdrawn."""
    with talk.within(str(request)):
        seen = await talk.look(Api.account_request, request)
        actions = [*(["withdraw"] if seen.may_withdraw else []), "list"]
        if await talk.choose("card", actions, **facts_of(seen)) == "list":
            return
        await talk.choose("sure", ["yes"], full_name=seen.full_name)
        try:
            await talk.do(Api.withdraw_request, request)
        except (RequestDecided, NotFound) as refusal:
            await talk.tell(refusal)
        else:
            await talk.say("withdrawn", full_name=seen.full_name)


def lines(page: RequestsPage) -> Lines:
    """The rows of a page, one under the other."""
    return Lines(
        "account_requests.row",
        tuple(
            {"number": number, "full_name": row.full_name, "unit": row.unit, "at": row.asked_at, "state": row.state}
            for number, row in enumerate(page.rows, 1)
        ),
    )


def facts_of(seen: RequestSeen) -> dict[str, Any]:
    """The lines of a request's card."""
    return {
        "full_name": seen.full_name,
        "gender": seen.gender,
        "position": seen.position,
        "unit": seen.unit.name,
        "phone": seen.phone,
        "email": seen.email or "–",
        "rights": seen.rights,
        "role": seen.role,
        "asked_at": seen.asked_at,
        "state": seen.state,
        "outcome": _outcome(seen),
    }


def _outcome(seen: RequestSeen) -> Lines:
    """What came of it, as far as it has."""
    match seen.state:
        case RequestState.WAITING:
            return Lines("account_requests.waiting", ())
        case RequestState.APPROVED:
            facts: dict[str, Any] = {"username": seen.username or "–", "at": seen.decided_at}
            return Lines("account_requests.approved", (facts,))
        case RequestState.REJECTED:
            return Lines("account_requests.rejected", ({"reason": seen.reason, "at": seen.decided_at},))
        case RequestState.WITHDRAWN:
            return Lines("account_requests.withdrawn", ({"at": seen.decided_at},))


def _options(page: RequestsPage) -> list[Option]:
    """A button for each row, the next page, and new requests."""
    rows = [Option(str(row.id), "account_requests.list.one", {"full_name": row.full_name}) for row in page.rows]
    return [Option("ask"), Option("ask_for_many"), *rows, *([Option("more")] if page.next else [])]
