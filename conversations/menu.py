"""The main menu: which talks there are, and the buttons that open them at any time."""

from collections.abc import Callable, Coroutine
from typing import Any

from conversations.desk import Desk
from conversations.talk import Talk
from conversations.talks.change_password import change_password
from conversations.talks.help import help_me
from conversations.talks.language import choose_language
from conversations.talks.login_history import login_history
from conversations.talks.manage_users import manage_users
from conversations.talks.open_sessions import open_sessions
from conversations.talks.sign_in import sign_in
from conversations.talks.sign_out import sign_out
from models.roles import GRANTABLE

TalkFunction = Callable[[Talk], Coroutine[Any, Any, None]]

FOR_GUESTS: dict[str, TalkFunction] = {
    "sign_in": sign_in,
    "help_me": help_me,
    "choose_language": choose_language,
}
FOR_STAFF: dict[str, TalkFunction] = {
    "manage_users": manage_users,
    "login_history": login_history,
    "open_sessions": open_sessions,
    "change_password": change_password,
    "choose_language": choose_language,
    "help_me": help_me,
    "sign_out": sign_out,
}
FOR_MANAGERS = frozenset({"manage_users"})
"""What is on offer only to roles that manage accounts."""
FOR_A_NEW_PASSWORD = ("change_password", "choose_language", "help_me", "sign_out")
"""What may be opened while the password is one that somebody else set."""
TALKS = FOR_GUESTS | FOR_STAFF


def on_offer(desk: Desk) -> dict[str, TalkFunction]:
    """The talks that whoever sits on the chat may open."""
    seat = desk.chat.seat
    if seat is None:
        return FOR_GUESTS
    if seat.me.must_change_password:
        return {name: FOR_STAFF[name] for name in FOR_A_NEW_PASSWORD}
    is_manager = seat.me.role in GRANTABLE
    return {name: talk for name, talk in FOR_STAFF.items() if is_manager or name not in FOR_MANAGERS}


def show_menu(desk: Desk) -> None:
    """Show who is signed in, and what can be done."""
    rows = [[(desk.label(f"menu.{name}"), standing_button(desk, name))] for name in on_offer(desk)]
    drafts = [
        [(desk.label("menu.go_on", talk=desk.label(f"menu.{draft.name}")), resume_button(desk, draft.name))]
        for draft in desk.chat.drafts
        if draft.account == desk.chat.account and draft.name in on_offer(desk)
    ]
    if seat := desk.chat.seat:
        me = seat.me
        desk.show("menu.staff", buttons=drafts + rows, full_name=me.full_name, role=me.role, unit=me.unit.name)
    else:
        desk.show("menu.guest", buttons=rows)


def standing_button(desk: Desk, talk: str) -> str:
    """The id of a button that opens a talk for whoever is signed in now, and for nobody else."""
    return standing_mark(desk.edge.mark, desk.chat.account, talk)


def standing_mark(mark: Callable[..., str], account: int | None, talk: str) -> str:
    """The same, where there is no desk: `mark` is that of the chat."""
    return mark("standing", account, talk)


def resume_button(desk: Desk, talk: str) -> str:
    """The id of a button that goes on with the draft of a talk, as that is now."""
    return desk.edge.mark("resume", desk.chat.account, talk, _draft_id(desk, talk))


def anew_button(desk: Desk, talk: str) -> str:
    """The id of a button that throws the draft of a talk away and begins anew."""
    return desk.edge.mark("anew", desk.chat.account, talk, _draft_id(desk, talk))


def _draft_id(desk: Desk, talk: str) -> str:
    draft = desk.chat.draft(talk)
    return draft.id if draft else ""
