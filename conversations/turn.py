"""One turn: what a person did in the chat, and everything that follows from it."""

from contextlib import suppress

from api.client.faults import ApiFault
from conversations.desk import Desk
from conversations.events import Commanded, Edited, Event, Pressed, Said, WentOn
from conversations.journal import DRAFT_LIFETIME, IDLE, Question
from conversations.menu import (
    Opening,
    anew_button,
    drafts_on_offer,
    function_of,
    on_offer,
    opening_of,
    resume_button,
    show_menu,
)
from conversations.run import Run
from conversations.steps import Left, SessionLost, Steps
from conversations.talk import Talk
from conversations.talks.help import whom_to_ask
from models.refusals import Refusal
from models.rules import OTP_IN_FORCE_SINCE

STALE = "chat.stale_button"
ESCAPES = frozenset({"start", "menu", "huy", "cancel", "trogiup", "help"})
"""Commands that must be answered whatever hangs (T42)."""
COMMANDS = ESCAPES | {"language", "ngonngu"}
NOT_RESUMED = frozenset({"sign_in", "sign_out"})
"""Talks about the session itself: in another one they begin anew."""
FOR_HELP = 1.0
"""Seconds that help waits to know whom to ask."""


class Turn:
    """Takes one event at a desk. `run` is the talk that waits afterwards, to be kept alive for the next turn."""

    def __init__(self, desk: Desk, live: Run | None = None) -> None:
        self.desk = desk
        self.run = live if live and desk.chat.talk and live.id == desk.chat.talk.id else None

    async def take(self, event: Event) -> None:
        """Answer the event. Whatever goes wrong, the chat goes on answering (T42)."""
        try:
            await self._take(event)
        except Exception as bug:  # noqa: BLE001 - the one alarm: a talk's bug must not silence its chat
            self._apologise(bug)

    async def _take(self, event: Event) -> None:
        self._drop_what_is_over()
        match event:
            case Commanded(name, message, text) if name not in COMMANDS and self._waits_for_a_secret():
                await self._take(Said(text, message))
            case Commanded(name):
                await self._obey(name)
            case Edited(message):
                await self._decline_edit(message)
            case Pressed() if await self._opens(event):
                pass
            case WentOn(question):
                await self._let_go_on(event, question)
            case _ if self._has_gone_idle():
                await self._wake_up(event)
            case _ if self.desk.chat.talk:
                await self._go_on(event)
            case _:
                await self._start_from_nothing(event)

    # Commands

    async def _obey(self, command: str) -> None:
        match command:
            case "start" | "menu":
                self._put_aside()
                show_menu(self.desk)
            case "huy" | "cancel":
                self._cancel()
            case "trogiup" | "help":
                self.desk.show("help_me.text", since=OTP_IN_FORCE_SINCE)
                await self._tell_whom_to_ask()
                await self._ask_again()
            case "language" | "ngonngu":
                await self._choose_language()
            case _:
                self.desk.show("chat.unknown_command")
                await self._ask_again()

    async def _tell_whom_to_ask(self) -> None:
        """If that is known and can be had at once: help itself does not wait for it (T42)."""
        if self.desk.chat.seat is None:
            return
        with suppress(Refusal, ApiFault):
            self.desk.show("help_me.contacts", **whom_to_ask(await self.desk.api.within(FOR_HELP).help()))

    def _cancel(self) -> None:
        self.desk.retire_question()
        self.desk.show("chat.cancelled" if self.desk.chat.talk else "chat.nothing_to_cancel")
        self._close()
        show_menu(self.desk)

    async def _choose_language(self) -> None:
        """Over whatever is open, which goes on after it."""
        self.desk.retire_question()
        talk = self.desk.chat.talk
        if talk and talk.name != "choose_language":
            self.desk.note("cover")
        await self._begin_talk("choose_language")

    async def _decline_edit(self, message: int) -> None:
        """What was said first stands; an edited secret leaves the chat all the same."""
        if self._waits_for_a_secret():
            await self.desk.edge.forget(message)
        self.desk.show("chat.edited")
        await self._ask_again()

    # Talks

    async def _opens(self, press: Pressed) -> bool:
        """Whether the press is on a button that opens a talk; it is opened then."""
        if opening := opening_of(self.desk, press.button):
            await self._open_by(press, opening)
            return True
        for draft in drafts_on_offer(self.desk):
            if press.button == resume_button(self.desk, draft):
                self.desk.toast(press.press)
                self._put_aside()
                await self._resume(draft.name, draft.about)
            elif press.button == anew_button(self.desk, draft):
                self.desk.toast(press.press)
                self.desk.note("forget", draft.name, draft.about)
                await self._open(draft.name, draft.about)
            else:
                continue
            return True
        return False

    async def _open_by(self, press: Pressed, opening: Opening) -> None:
        """Open it for whoever is signed in; if nobody is, after they have."""
        account = self.desk.chat.account
        if opening.account == account:
            self.desk.toast(press.press)
            await self._offer(opening.talk, opening.about)
        elif account is not None:
            self.desk.toast(press.press, "chat.button_of_another")
        else:
            self.desk.toast(press.press)
            await self._open_after_sign_in(opening)

    async def _open_after_sign_in(self, opening: Opening) -> None:
        self._put_aside()
        self._note_open(opening.talk, opening.about)
        self.desk.note("aside", opening.account)
        self.desk.note("goes_on", opening.talk, opening.about)
        self.desk.show("chat.sign_in_first")
        await self._open("sign_in")

    async def _offer(self, name: str, about: str | None = None) -> None:
        """Open a talk; if it waits at its first question anyway, let it; if there is a draft of it, ask first."""
        talk = self.desk.chat.talk
        if talk and (talk.name, talk.about) == (name, about) and not (talk.answers or talk.effects):
            if talk.question is None or talk.question.message is None:
                await self._ask_again()  # its question never came to the chat
            return
        if draft := self.desk.chat.draft(name, about):
            buttons = [
                [(self.desk.label("chat.draft_go_on"), resume_button(self.desk, draft))],
                [(self.desk.label("chat.draft_anew"), anew_button(self.desk, draft))],
            ]
            self.desk.show("chat.draft_found", buttons=buttons, talk=self.desk.label(f"menu.{name}"))
            return
        await self._open(name, about)

    async def _open(self, name: str, about: str | None = None) -> None:
        self._put_aside()
        await self._begin_talk(name, about)

    async def _begin_talk(self, name: str, about: str | None = None) -> None:
        self.run = None
        self._note_open(name, about)
        await self._run_on()

    def _note_open(self, name: str, about: str | None) -> None:
        self.desk.note("open", self.desk.edge.new_id(), name, self.desk.edge.now().isoformat(), about)

    async def _resume(self, name: str, about: str | None) -> None:
        if self.desk.chat.draft(name, about) is None:  # the newer ones have crowded it out
            show_menu(self.desk)
            return
        self.desk.note("resume", name, about)
        await self._go_on_fresh()

    async def _go_on_fresh(self) -> None:
        """Run the open talk again from its first line, and put its question again."""
        self.run = None
        self.desk.note("active", self.desk.edge.now().isoformat())
        await self._run_on()

    async def _go_on(self, event: Event) -> None:
        """Let the open talk hear the event; if it has to be run again first, a new question comes first."""
        self.desk.note("active", self.desk.edge.now().isoformat())
        asked = self._question()
        steps = self._steps()
        if self.run is None:
            await self._perform(steps, None)
        if self.run and self._question() == asked:
            await self._perform(steps, event)
        elif asked:
            await self._keep_for_later(event, asked)

    async def _let_go_on(self, event: Event, question: int) -> None:
        """Let the question answer itself; if the person was faster, or is somewhere else, there is nothing to do."""
        asked = self._question()
        if asked and asked.goes_on and asked.number == question:
            await self._go_on(event)

    async def _keep_for_later(self, event: Event, asked: Question) -> None:
        """The talk has another question first now: what was said answers the one it was said to."""
        match event:
            case Pressed(press=press):
                self.desk.toast(press, STALE)
            case Said(message=message) if asked.is_secret:
                await self.desk.edge.forget(message)
            case Said(text) if self.desk.chat.talk and not asked.is_retry:
                self.desk.note("answer", asked.path, "text", text)

    async def _run_on(self) -> None:
        await self._perform(self._steps(), None)

    async def _ask_again(self) -> None:
        """Put the waiting question once more, under what was just said."""
        if self.desk.chat.talk:
            self.desk.retire_question()
            self.desk.note("drop")
            self.run = None
            await self._run_on()

    def _steps(self) -> Steps:
        return Steps(self.desk, self.run, self._begin)

    def _begin(self) -> Run:
        talk = self.desk.chat.talk
        if talk is None:
            raise ValueError("no talk is open")
        me = self.desk.chat.seat.me if self.desk.chat.seat else None
        chat = self.desk.chat
        chosen = chat.language if chat.language_is_chosen else None
        return Run(talk.id, function_of(talk), Talk(me, chat.usernames, chosen))

    async def _perform(self, steps: Steps, event: Event | None) -> None:
        """Let the talk go on, or hear the event; see to how it ends."""
        try:
            await (steps.go_on() if event is None else steps.hear(event))
        except Left:
            await self._end()
        except SessionLost:
            await self._sign_in_again()
        except Refusal as refusal:
            self.desk.show(f"refusal.{refusal.code}", **vars(refusal))
            await self._end()
        else:
            self.run = steps.run
            if self.run is not None and self.run.step is None:
                await self._end()

    async def _end(self) -> None:
        """The talk is over: go on with what it interrupted, or show the menu."""
        self._close_talk()
        if self.desk.chat.beneath:
            self.desk.note("uncover")
            await self._go_on_fresh()
            return
        waiting, about = self.desk.chat.resumes, self.desk.chat.resumes_about
        if waiting and self.desk.chat.seat:
            self.desk.note("goes_on", None)
            if self.desk.chat.draft(waiting, about):
                self.desk.show("chat.goes_on")
                await self._resume(waiting, about)
                return
        show_menu(self.desk)

    async def _sign_in_again(self) -> None:
        """The session ended in the middle: the form waits, signing in comes first, then the form goes on."""
        talk = self.desk.chat.talk
        kept = talk if talk and talk.name not in NOT_RESUMED else None
        if kept:
            self.desk.note("aside", self.desk.chat.account)
            self.desk.note("goes_on", kept.name, kept.about)
        self._close()
        self.desk.note("rise")
        self.desk.show("chat.session_over_kept" if kept else "chat.session_over")
        await self._open("sign_in")

    # Coming and going

    def _put_aside(self) -> None:
        """Close the open talk; what was typed in it is kept as a draft of the account."""
        self.desk.retire_question()
        self._keep_draft()
        self._close_talk()
        if self.desk.chat.beneath:
            self.desk.note("uncover")
            self._keep_draft()
            self._close_talk()

    def _keep_draft(self) -> None:
        chat = self.desk.chat
        if chat.talk and chat.account is not None and chat.talk.name not in NOT_RESUMED and chat.talk.has_typing():
            self.desk.note("aside", chat.account)

    def _close(self) -> None:
        """Close the open talk, and the one beneath it."""
        self._close_talk()
        if self.desk.chat.beneath:
            self.desk.note("uncover")
            self._close_talk()

    def _close_talk(self) -> None:
        if self.desk.chat.talk:
            self.desk.note("close")
        self.run = None

    def _has_gone_idle(self) -> bool:
        talk = self.desk.chat.talk
        return talk is not None and self.desk.edge.now() - talk.active_at > IDLE

    async def _wake_up(self, event: Event) -> None:
        """Too late for the open talk: keep it as a draft, and show where one is."""
        if self._waits_for_a_secret() and isinstance(event, Said):
            await self.desk.edge.forget(event.message)
        self._put_aside()
        if isinstance(event, Pressed):
            self.desk.toast(event.press, STALE)
        self.desk.show("chat.idle", minutes=IDLE)
        show_menu(self.desk)

    def _drop_what_is_over(self) -> None:
        """Old drafts, and a session past its end; in the middle of a talk the API says so itself."""
        chat, now = self.desk.chat, self.desk.edge.now()
        if any(draft.active_at < now - DRAFT_LIFETIME for draft in chat.drafts):
            self.desk.note("expire", (now - DRAFT_LIFETIME).isoformat())
        if chat.seat and chat.talk is None and chat.seat.expires_at <= now:
            self.desk.note("rise")

    async def _start_from_nothing(self, event: Event) -> None:
        """Nothing is open: a word of the menu opens its talk, anything else brings the menu."""
        if isinstance(event, Pressed):
            self.desk.toast(event.press, STALE)
            return
        said = event.text.strip().casefold() if isinstance(event, Said) else ""
        for name in on_offer(self.desk):
            if said == self.desk.label(f"menu.{name}").casefold():
                await self._offer(name)
                return
        self.desk.show("chat.not_understood")
        show_menu(self.desk)

    def _waits_for_a_secret(self) -> bool:
        question = self._question()
        return question is not None and question.is_secret

    def _question(self) -> Question | None:
        talk = self.desk.chat.talk
        return talk.question if talk else None

    def _apologise(self, bug: Exception) -> None:
        reference = self.desk.edge.alarm(bug)
        self._close()
        self.desk.show("chat.crashed", reference=reference)
        show_menu(self.desk)
