"""What is known of a chat: who sits there, the open talk with its answers and effects, the drafts, what is unsent.

The journal is a list of small entries; `Chat.note` applies one, and the same entries applied again after a restart give
the same chat. Answers and effects are kept by step path, never by position and never as raw updates, so a talk that
gained a question in a new release asks just that one.
"""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.schemas.own_account import Me
from conversations.replies import REPLIES, Reply
from models.refusals import OtpNotFresh, Refusal
from models.words import Language

IDLE = timedelta(minutes=30)
"""After so long without a word an open talk becomes a draft."""
DRAFT_LIFETIME = timedelta(hours=24)
MAX_DRAFTS = 5
MAX_USERNAMES = 3

Entry = list[Any]
Kind = Literal["text", "press", "contact", "file", "secret"]


class Kept(BaseModel):
    """An answer: words, a button's name, a shared contact, a file as JSON, or the place where a secret was given."""

    kind: Kind
    value: str = ""


class EffectRecord(BaseModel):
    """How far an effect is. A started one was sent, and nobody knows yet; a dropped attempt's number is not reused."""

    attempt: int
    state: Literal["started", "done", "refused", "dropped"]
    digest: str | None = None
    result: Any = None
    settles: bool = True

    def ask_anew_if_refused(self, why: type[Refusal]) -> None:
        """Let the next attempt find out whether it is still refused, if it was for that."""
        if self.state == "refused" and self.result[0] == why.__name__:
            self.state = "dropped"


class Question(BaseModel):
    """The question that waits on the chat; `number` makes the buttons of every showing its own."""

    path: str
    number: int
    is_secret: bool = False
    has_keyboard: bool = False
    is_retry: bool = False
    goes_on: bool = False
    message: int | None = None


class OpenTalk(BaseModel):
    """A talk that has begun: whose, and what it has heard and done so far."""

    id: str
    name: str
    about: str | None = None
    """What it is about, if a button opened it that names a thing: a request's number, say."""
    account: int | None
    session: UUID | None
    """The session of its last effect; before one, that in which it was opened."""
    active_at: datetime
    answers: dict[str, Kept] = Field(default_factory=dict)
    effects: dict[str, EffectRecord] = Field(default_factory=dict)
    said: dict[str, str] = Field(default_factory=dict)
    question: Question | None = None
    asked: int = 0

    def has_typing(self) -> bool:
        """Whether somebody would miss it: it holds words that are not a secret, or a file."""
        return any(kept.kind in {"text", "file"} for kept in self.answers.values())

    def has_started(self) -> bool:
        """Whether there is an effect of which nobody knows yet what became."""
        return any(effect.state == "started" for effect in self.effects.values())


class Seat(BaseModel):
    """Who is signed in on the chat. The token lives only here, sealed with the journal."""

    session: UUID
    token: str
    expires_at: datetime
    me: Me


class Unsent(BaseModel):
    """Replies of a finished turn, until each was sent; `update` is what they answer."""

    update: int
    replies: list[Reply]


class Chat(BaseModel):
    """Everything that is known of a chat."""

    language: Language = Language.VIETNAMESE
    language_is_chosen: bool = False
    """Whoever signs in next chose it on this chat before."""
    seat: Seat | None = None
    usernames: list[str] = Field(default_factory=list)
    accounts: list[int] = Field(default_factory=list)
    """Who signed in here last, the latest first, as `usernames`: their buttons are still on the chat."""
    talk: OpenTalk | None = None
    beneath: OpenTalk | None = None
    """The talk that a short one was opened over, and that goes on after it."""
    drafts: list[OpenTalk] = Field(default_factory=list)
    resumes: str | None = None
    """The draft that goes on by itself when its account has signed in again."""
    resumes_about: str | None = None
    keyboard_is_up: bool = False
    unsent: list[Unsent] = Field(default_factory=list)

    @classmethod
    def of(cls, entries: list[Entry]) -> "Chat":
        """The chat that these entries tell of."""
        chat = cls()
        for entry in entries:
            chat = chat.note(entry)
        return chat

    def snapshot(self) -> Entry:
        """The one entry that all entries so far amount to."""
        return ["chat", self.model_dump_json()]

    def note(self, entry: Entry) -> "Chat":
        """Apply an entry; the chat itself changes, but for a snapshot, which is another one."""
        kind, *facts = entry
        if kind == "chat":
            return Chat.model_validate_json(facts[0])
        getattr(self, f"_{kind}")(*facts)
        return self

    def draft(self, name: str, about: str | None = None) -> OpenTalk | None:
        """The draft of that talk, about that, that the seated account left."""
        whose = (name, about, self.account)
        return next((draft for draft in self.drafts if _whose(draft) == whose), None)

    @property
    def account(self) -> int | None:
        """The number of the account that is signed in."""
        return self.seat.me.id if self.seat else None

    @property
    def session(self) -> UUID | None:
        """The session that the chat is signed in by."""
        return self.seat.session if self.seat else None

    # Entries: talks

    def _open(self, id_: str, name: str, at: str, about: str | None = None) -> None:
        moment = datetime.fromisoformat(at)
        self.talk = OpenTalk(
            id=id_, name=name, about=about, account=self.account, session=self.session, active_at=moment
        )

    def _active(self, at: str) -> None:
        self._opened.active_at = datetime.fromisoformat(at)

    def _close(self) -> None:
        self.talk = None

    def _cover(self) -> None:
        """Lay the open talk aside for a moment."""
        self.beneath, self.talk = self._opened, None
        self.beneath.question = None

    def _uncover(self) -> None:
        self.talk, self.beneath = self.beneath, None

    def _aside(self, account: int) -> None:
        """Keep the open talk as that account's draft."""
        talk, self.talk = self._opened, None
        talk.account, talk.question = account, None
        others = [draft for draft in self.drafts if _whose(draft) != _whose(talk)]
        self.drafts = [talk, *others][:MAX_DRAFTS]

    def _resume(self, name: str, about: str | None = None) -> None:
        """Open the draft of that talk again; what was only prepared in an earlier session is prepared anew."""
        self.talk = talk = self.draft(name, about)
        self._forget(name, about)
        if talk and talk.session != self.session:
            self._drop(*(path for path, effect in talk.effects.items() if not effect.settles))
            for effect in talk.effects.values():
                effect.ask_anew_if_refused(OtpNotFresh)  # this session began with one

    def _forget(self, name: str, about: str | None = None) -> None:
        whose = (name, about, self.account)
        self.drafts = [draft for draft in self.drafts if _whose(draft) != whose]

    def _expire(self, before: str) -> None:
        self.drafts = [d for d in self.drafts if d.active_at >= datetime.fromisoformat(before)]

    def _goes_on(self, name: str | None, about: str | None = None) -> None:
        self.resumes, self.resumes_about = name, about

    # Entries: steps of the open talk

    def _answer(self, path: str, kind: Kind, value: str) -> None:
        talk = self._opened
        talk.answers[path] = Kept(kind=kind, value=value)
        if talk.question and talk.question.path == path:
            talk.question = None

    def _drop(self, *paths: str) -> None:
        """Take answers and preparations back, and forget what was said on the way; then the talk asks anew."""
        talk = self._opened
        talk.question = None
        for path in paths:
            talk.answers.pop(path, None)
            talk.said.pop(path, None)
            if path in talk.effects and not talk.effects[path].settles:
                talk.effects[path].state = "dropped"

    def _over(self, standing: list[str]) -> None:
        """Forget everything but what stands at those paths; of an effect its number is kept, which is not reused."""
        talk = self._opened
        talk.answers = {path: kept for path, kept in talk.answers.items() if path in standing}
        talk.said = {path: digest for path, digest in talk.said.items() if path in standing}
        for path, effect in talk.effects.items():
            if path not in standing:
                talk.effects[path] = EffectRecord(attempt=effect.attempt, state="dropped", settles=effect.settles)

    def _start(self, path: str, attempt: int, digest: str | None, settles: bool) -> None:
        talk = self._opened
        talk.effects[path] = EffectRecord(attempt=attempt, state="started", digest=digest, settles=settles)
        talk.session = self.session

    def _done(self, path: str, result: Any, unreached: list[str]) -> None:
        """An effect succeeded. What the talk did not come by on its way here is dropped, if the effect settles."""
        effect = self._opened.effects[path]
        effect.state, effect.result = "done", result
        for other in unreached:
            self._opened.answers.pop(other, None)

    def _refused(self, path: str, code: str, facts: Any) -> None:
        effect = self._opened.effects[path]
        effect.state, effect.result = "refused", [code, facts]

    def _drop_effect(self, path: str) -> None:
        self._opened.effects[path].state = "dropped"

    def _said(self, path: str, digest: str) -> None:
        self._opened.said[path] = digest

    def _ask(self, path: str, kinds: list[str]) -> None:
        """A question is put; `kinds` are those of its `is_…`, `has_…` and `goes_on` that are so."""
        talk = self._opened
        talk.asked += 1
        talk.question = Question.model_validate({"path": path, "number": talk.asked} | dict.fromkeys(kinds, True))

    def _shown(self, message: int) -> None:
        """The question's message got its number in the chat."""
        if self.talk and self.talk.question:
            self.talk.question.message = message

    # Entries: the chat

    def _seat(self, seat: Any) -> None:
        self.seat = Seat.model_validate(seat)
        if not self.language_is_chosen:
            self.language = self.seat.me.language
        self.language_is_chosen = False
        me = self.seat.me
        self.usernames = [me.username, *(name for name in self.usernames if name != me.username)][:MAX_USERNAMES]
        self.accounts = [me.id, *(account for account in self.accounts if account != me.id)][:MAX_USERNAMES]

    def _rise(self) -> None:
        self.seat = None

    def _know(self, me: Any) -> None:
        """What is known of whoever sits here has changed."""
        if self.seat:
            self.seat.me = Me.model_validate(me)

    def _speak(self, language: str) -> None:
        self.language = Language(language)
        self.language_is_chosen = self.seat is None

    def _keyboard(self, is_up: bool) -> None:
        self.keyboard_is_up = is_up

    def _turn(self, update: int, replies: str) -> None:
        """A turn ended; these replies, as JSON, are still to be sent."""
        self.unsent.append(Unsent(update=update, replies=REPLIES.validate_json(replies)))

    def _sent(self, update: int, count: int) -> None:
        """So many of the turn's replies have been sent."""
        for unsent in self.unsent:
            if unsent.update == update:
                unsent.replies = unsent.replies[count:]
        self.unsent = [unsent for unsent in self.unsent if unsent.replies]

    @property
    def _opened(self) -> OpenTalk:
        if self.talk is None:
            raise ValueError("no talk is open")
        return self.talk


def _whose(draft: OpenTalk) -> tuple[str, str | None, int | None]:
    """What tells drafts apart: an account has one of each talk about each thing."""
    return draft.name, draft.about, draft.account
