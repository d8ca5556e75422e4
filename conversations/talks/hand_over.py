"""«Bàn giao»: somebody leaves, and a colleague of the same unit takes over (R7)."""

from dataclasses import replace
from typing import Any

from api.client import Api
from api.client.accounts import AccountFilter
from api.schemas.accounts import AccountRow, AccountSeen
from conversations.talk import Option, Press, Talk, part
from conversations.talks.step_up import sensitively
from models.refusals import LastSystemAdmin, NotFound, RoleNotYours, SuccessorUnfit
from models.username import folded


@part
async def hand_over(talk: Talk, seen: AccountSeen) -> None:
    """Who takes over, once more all that happens, and then all of it at once."""
    to = await choose_successor(talk, seen)
    if to is None:
        return
    try:
        successor = await talk.look(Api.account, to)
        facts: dict[str, Any] = {"username": seen.username, "successor": successor.username}
        await talk.choose("sure", ["yes"], full_name=successor.full_name or "–", **facts)
        done = await sensitively(talk, Api.hand_over, seen.id, to)
    except (LastSystemAdmin, NotFound, RoleNotYours, SuccessorUnfit) as refusal:
        await talk.tell(refusal)
    else:
        await talk.say("done", requests=done.requests, **facts)


@part
async def choose_successor(talk: Talk, seen: AccountSeen) -> int | None:
    """A colleague who may take over, pressed or found by the beginning of their name; None: there is nobody."""
    everybody = AccountFilter(unit=seen.unit.id)
    wanted, after = everybody, None
    while True:
        rows, more = await who_may(talk, seen, wanted, after)
        if not rows and (wanted, after) == (everybody, None):
            await talk.say("nobody", unit=seen.unit.name)
            return None
        if not rows:
            if wanted.username:
                await talk.say("nothing", typed=wanted.username)
            wanted, after = everybody, None
            continue
        facts: dict[str, Any] = {"username": seen.username, "unit": seen.unit.name}
        answer = await talk.ask("who", folded, options=_options(rows, more), stands=True, **facts)
        if not isinstance(answer, Press):
            wanted, after = replace(everybody, username=answer), None
        elif answer.name == "more":
            after = more
        else:
            return int(answer.name)


def _options(rows: list[AccountRow], more: str | None) -> list[Option]:
    """A button for each of them, and one for those behind."""
    names = [Option(str(row.id), "choose_successor.who.one", {"username": row.username}) for row in rows]
    return [*names, *([Option("more")] if more else [])]


@part
async def who_may(
    talk: Talk, seen: AccountSeen, wanted: AccountFilter, after: str | None
) -> tuple[list[AccountRow], str | None]:
    """The next page that has any of them, and where the one behind it begins."""
    while True:
        page = await talk.look(Api.accounts, wanted, after)
        rows = [row for row in page.rows if row.is_active and row.id != seen.id and _is_ones(talk, row)]
        if rows or page.next is None:
            return rows, page.next
        after = page.next


def _is_ones(talk: Talk, row: AccountRow) -> bool:
    """Oneself, or an account that one manages."""
    return row.is_yours or (talk.me is not None and row.id == talk.me.id)
