"""The main menu: which talks there are, and the buttons that open them at any time."""

from collections.abc import Callable, Collection, Coroutine, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from conversations.desk import Desk
from conversations.journal import OpenTalk
from conversations.talk import Talk
from conversations.talks.account_requests import account_requests
from conversations.talks.activate import activate
from conversations.talks.change_password import change_password
from conversations.talks.correct_subject import undo_correction
from conversations.talks.decide_requests import decide_request, decide_requests, decide_unit_requests
from conversations.talks.help import help_me
from conversations.talks.language import choose_language
from conversations.talks.login_history import login_history, not_me
from conversations.talks.look_up import look_up
from conversations.talks.manage_units import manage_units
from conversations.talks.manage_users import manage_users
from conversations.talks.open_sessions import open_sessions
from conversations.talks.plans import plans
from conversations.talks.register_subject import register_subject
from conversations.talks.sign_in import sign_in
from conversations.talks.sign_out import sign_out
from conversations.talks.unit_contacts import unit_contacts
from models.roles import GRANTABLE, REVIEWERS, SUBJECT_KEEPERS, SUBJECT_READERS, UNIT_KEEPERS, Role

TalkFunction = Callable[[Talk], Coroutine[Any, Any, None]]
TalkAbout = Callable[[Talk, str], Coroutine[Any, Any, None]]

FOR_GUESTS: dict[str, TalkFunction] = {
    "sign_in": sign_in,
    "activate": activate,
    "help_me": help_me,
    "choose_language": choose_language,
}
FOR_STAFF: dict[str, TalkFunction] = {
    "look_up": look_up,
    "register_subject": register_subject,
    "plans": plans,
    "manage_users": manage_users,
    "manage_units": manage_units,
    "unit_contacts": unit_contacts,
    "account_requests": account_requests,
    "decide_requests": decide_requests,
    "login_history": login_history,
    "open_sessions": open_sessions,
    "change_password": change_password,
    "choose_language": choose_language,
    "help_me": help_me,
    "sign_out": sign_out,
}
FOR_ROLES: dict[str, Collection[Role]] = {
    "look_up": SUBJECT_READERS,
    "register_subject": SUBJECT_KEEPERS,
    "plans": SUBJECT_KEEPERS,
    "manage_users": GRANTABLE,
    "manage_units": UNIT_KEEPERS,
    "unit_contacts": GRANTABLE,
    "account_requests": GRANTABLE,
    "decide_requests": REVIEWERS,
}
"""What is on offer only to some roles."""
FOR_A_NEW_PASSWORD = ("change_password", "choose_language", "help_me", "sign_out")
"""What may be opened while the password is one that somebody else set."""
TALKS = FOR_GUESTS | FOR_STAFF
ABOUT: dict[str, TalkAbout] = {
    "not_me": not_me,
    "decide_request": decide_request,
    "undo_correction": undo_correction,
    "decide_unit_requests": decide_unit_requests,
}
"""Talks about one thing: only a button under a message opens them, and the button names the thing. Who may is said by
the API, when it is done and not when it was shown."""

LONGEST_BUTTON = 64
"""Bytes of a button's id; Telegram's."""


@dataclass(frozen=True)
class Opening:
    """What a standing button opens, and for whom."""

    talk: str
    about: str | None
    account: int | None


def function_of(talk: OpenTalk) -> TalkFunction:
    """The function that the open talk is."""
    if talk.about is None:
        return TALKS[talk.name]
    return partial(_about, ABOUT[talk.name], talk.about)


async def _about(function: TalkAbout, about: str, talk: Talk) -> None:
    await function(talk, about)


def on_offer(desk: Desk) -> dict[str, TalkFunction]:
    """The talks that whoever sits on the chat may open."""
    seat = desk.chat.seat
    if seat is None:
        return FOR_GUESTS
    if seat.me.must_change_password:
        return {name: FOR_STAFF[name] for name in FOR_A_NEW_PASSWORD}
    return {name: talk for name, talk in FOR_STAFF.items() if seat.me.role in FOR_ROLES.get(name, Role)}


def drafts_on_offer(desk: Desk) -> list[OpenTalk]:
    """The drafts that whoever sits on the chat may go on with."""
    offered = on_offer(desk).keys() | ABOUT.keys()
    return [draft for draft in desk.chat.drafts if draft.account == desk.chat.account and draft.name in offered]


def show_menu(desk: Desk) -> None:
    """Show who is signed in, and what can be done."""
    rows = [[(desk.label(f"menu.{name}"), standing_button(desk, name))] for name in on_offer(desk)]
    drafts = [
        [(desk.label("menu.go_on", talk=desk.label(f"menu.{draft.name}")), resume_button(desk, draft))]
        for draft in drafts_on_offer(desk)
    ]
    if seat := desk.chat.seat:
        me = seat.me
        desk.show("menu.staff", buttons=drafts + rows, full_name=me.full_name, role=me.role, unit=me.unit.name)
    else:
        desk.show("menu.guest", buttons=rows)


def standing_button(desk: Desk, talk: str) -> str:
    """The id of a button that opens a talk for whoever is signed in now, and for nobody else."""
    return standing_mark(desk.edge.mark, desk.chat.account, talk)


def standing_mark(mark: Callable[..., str], account: int | None, talk: str, about: str | None = None) -> str:
    """The same, where there is no desk: `mark` is that of the chat. What the talk is about can be read in it.

    Raises:
        ValueError: there is no room for that in a button.
    """
    button = _standing(mark, account, talk, about)
    if len(button.encode()) > LONGEST_BUTTON:
        raise ValueError("too long for a button")
    return button


def _standing(mark: Callable[..., str], account: int | None, talk: str, about: str | None) -> str:
    if about is None:
        return mark("standing", account, talk)
    return f"{about}.{mark('standing', account, talk, about)}"


def opening_of(desk: Desk, button: str) -> Opening | None:
    """What a standing button opens, if it is one: of whoever is signed in, or signed in here before."""
    for opening in _openings(desk, button):
        if button == _standing(desk.edge.mark, opening.account, opening.talk, opening.about):
            return opening
    return None


def _openings(desk: Desk, button: str) -> Iterator[Opening]:
    """Those that it may be."""
    about, is_about, _ = button.rpartition(".")
    if is_about:
        yield from (Opening(name, about, account) for account in desk.chat.accounts for name in ABOUT)
    else:
        yield from (Opening(name, None, desk.chat.account) for name in on_offer(desk))


def resume_button(desk: Desk, draft: OpenTalk) -> str:
    """The id of a button that goes on with a draft."""
    return desk.edge.mark("resume", desk.chat.account, draft.name, draft.id)


def anew_button(desk: Desk, draft: OpenTalk) -> str:
    """The id of a button that throws a draft away and begins anew."""
    return desk.edge.mark("anew", desk.chat.account, draft.name, draft.id)
