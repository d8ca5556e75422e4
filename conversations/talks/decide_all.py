"""«Duyệt tất cả», or all but some: the requests that wait now, one decision after the other (R14)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from api.client import Api
from api.client.account_requests import Batch
from api.schemas.account_requests import Approval, Rejection, RequestRow, RequestsPage
from conversations.talk import Option, Press, Talk, part
from conversations.talks.step_up import sensitively
from models.refusals import NotFound, OwnRequest, RequestDecided, RoleNotYours, UnitClosed, UsernameTaken
from models.requests import reason


@part
async def decide_all(talk: Talk, unit: int | None) -> None:
    """All that wait now, of one unit or of all; who is asked for later waits for another time."""
    counted = await talk.prepare(Api.count_requests_to_decide, Batch(unit))
    if counted.count == 0:
        await talk.say("nobody")
        return
    batch = Batch(unit, counted.until)
    excepted: list[str] = []
    reasons: dict[str, str] = {}
    if await talk.choose("which", ["all", "some"], count=counted.count) == "some":
        excepted = await choose_exceptions(talk, batch)
        reasons = await say_why(talk, excepted)
    approved = counted.count - len(excepted)
    left = set(excepted) - reasons.keys()
    await talk.choose("sure", ["yes"], approved=approved, rejected=len(reasons), left=len(left))
    await go_through(talk, batch, reasons, left, counted.count)


@part
async def choose_exceptions(talk: Talk, batch: Batch) -> list[str]:
    """Those who are not approved, page by page: one press puts a cross, another takes it away."""
    chosen: list[str] = []
    after = None
    while True:
        page = await talk.look(Api.requests_to_decide, batch, after)
        choice = ""
        while choice not in {"more", "first"}:
            choice = await talk.choose("who", _boxes(page, chosen, after), stands=True, count=len(chosen))
            if choice == "done":
                return chosen
            if choice in chosen:
                chosen.remove(choice)
            elif choice not in {"more", "first"}:
                chosen.append(choice)
        after = page.next if choice == "more" else None


@part
async def say_why(talk: Talk, excepted: Collection[str]) -> dict[str, str]:
    """Why each of them is rejected; who is left out waits on."""
    reasons: dict[str, str] = {}
    before = ""
    for request in excepted:
        with talk.within(request):
            seen = await talk.look(Api.account_request, UUID(request))
            options = ["wait", *(["same"] if before else [])]
            answer = await talk.ask("why", reason, options=options, full_name=seen.full_name, unit=seen.unit.name)
            if not isinstance(answer, Press):
                before = reasons[request] = answer
            elif answer.name == "same":
                reasons[request] = before
    return reasons


@part
async def go_through(talk: Talk, batch: Batch, reasons: Mapping[str, str], left: Collection[str], total: int) -> None:
    """Some in each turn, and how far it is; whoever has an OTP to give is asked for it in between."""
    while True:
        waiting = await talk.look(Api.count_requests_to_decide, batch)
        rows = await next_rows(talk, batch, left)
        done = total - waiting.count
        if not rows:
            await talk.say("done", done=done, total=total, left=waiting.count)
            return
        if await talk.choose("progress", ["go_on", "stop"], goes_on=True, done=done, total=total) == "stop":
            await talk.say("stopped", done=done, total=total)
            return
        went = [await decide_one(talk, row, reasons.get(str(row.id))) for row in rows]
        if not any(went):
            await talk.say("stuck", done=done, total=total)
            return
        await talk.return_to("progress")


@part
async def next_rows(talk: Talk, batch: Batch, left: Collection[str]) -> list[RequestRow]:
    """The next page's, without those who wait on."""
    after = None
    while True:
        page = await talk.look(Api.requests_to_decide, batch, after)
        rows = [row for row in page.rows if str(row.id) not in left]
        if rows or page.next is None:
            return rows
        after = page.next


@part
async def decide_one(talk: Talk, row: RequestRow, why: str | None) -> bool:
    """One decision, which is done or not by itself; whether the request waits no more."""
    with talk.within(str(row.id)):
        try:
            if why is None:
                made = await sensitively(talk, Api.approve_request, row.id, Approval(role=row.role))
                if not made.code_sent:
                    await talk.say("uncoded", full_name=row.full_name, username=made.username)
            else:
                await sensitively(talk, Api.reject_request, row.id, Rejection(reason=why))
        except RequestDecided:
            return True
        except (OwnRequest, NotFound, RoleNotYours, UnitClosed, UsernameTaken):
            return False
        return True


def _boxes(page: RequestsPage, chosen: Collection[str], after: str | None) -> list[Option]:
    """A box for each of them, then the other pages, and the end of it."""
    rows = [
        Option(
            str(row.id),
            "choose_exceptions.who.one",
            {"sign": "❌" if str(row.id) in chosen else "☐", "full_name": row.full_name, "unit": row.unit},
        )
        for row in page.rows
    ]
    pages = [*([Option("more")] if page.next else []), *([Option("first")] if after else [])]
    return [*rows, *pages, *([Option("done")] if chosen else [])]
