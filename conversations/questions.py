"""Questions: how one is put on the chat, and what the person's next act answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import SecretStr, TypeAdapter

from api.client.faults import ApiFault
from api.client.files import FileMade, FileSent
from conversations.desk import Desk
from conversations.events import Event, Pressed, Said, SentFile, SharedContact, WentOn
from conversations.journal import Kept, OpenTalk
from conversations.replies import Keyboard
from conversations.talk import Ask, Press, SpentSecret
from models.refusals import ContactForeign, FileTooBig, Refusal
from models.rules import MAX_FILE_BYTES, MAX_FILE_MEGABYTES

T = TypeVar("T")

FILE = TypeAdapter(FileSent)

BACK = "⬅"
RETRY = "🔁"
"""No option can have these names: they are no words."""


@dataclass(frozen=True)
class Heard:
    """An answer: what of it is kept, and its value for the talk. Nothing is kept of «Quay lại»."""

    kept: Kept | None
    value: Any = None


class Questions:
    """The questions of the open talk on one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def put(self, ask: Ask[Any]) -> None:
        """Show the question, with buttons of its own."""
        kinds = {"is_secret": ask.is_secret, "has_keyboard": ask.takes_contact, "goes_on": ask.goes_on}
        self.desk.note("ask", ask.path, [kind for kind, is_so in kinds.items() if is_so])
        if ask.takes_contact:
            words = [self._label(ask, option.name) for option in ask.options] + [self.desk.label("chat.back")]
            keyboard = Keyboard(share_contact=self.desk.label("chat.share_contact"), words=words)
            self.desk.show(ask.text, keyboard=keyboard, is_question=True, **ask.facts)
        else:
            picture, document = await self._attached(ask)
            self.desk.show(
                ask.text,
                buttons=self._rows(ask),
                picture=picture,
                document=document,
                is_question=True,
                replaces=self.desk.take_passing() if ask.goes_on else None,
                **ask.facts,
            )

    def put_retry(self, path: str, text: str, *, is_secret: bool, **facts: Any) -> None:
        """Show that a step could not be performed, and «Thử lại». If it was about a secret, people type that again."""
        self.desk.note("ask", path, ["is_retry", "is_secret"] if is_secret else ["is_retry"])
        buttons = [[(self.desk.label("chat.retry"), self._button(RETRY))]]
        self.desk.show(text, buttons=buttons, is_question=True, **facts)

    def is_retry(self, event: Event) -> bool:
        """Whether that was a press on «Thử lại» as it stands."""
        return isinstance(event, Pressed) and event.button == self._button(RETRY)

    async def hear(self, ask: Ask[Any], event: Event) -> Heard | None:
        """What the event answers; None if it is no answer, which the person has then been told."""
        match event:
            case Pressed():
                return self._press(ask, event)
            case Said():
                return await self._words(ask, event)
            case WentOn():
                return _choice(ask.options[0].name)
            case SharedContact() if ask.takes_contact:
                return await self._contact(ask, event)
            case SentFile(file) if ask.takes_file:
                return await self._file(ask, file)
            case _:
                await self.forget_secret(event)
                return await self._stand(ask, _wanted(ask))

    def recall(self, ask: Ask[Any], kept: Kept) -> Any:
        """The value of a kept answer, as today's question sees it.

        While an effect has no answer yet, what was pressed stands: what is on offer may be that effect's doing.

        Raises:
            Refusal, KeyError: it no longer fits.
        """
        if kept.kind == "secret":
            return SpentSecret(ask.path)
        if kept.kind == "press":
            if ask.stands or self._talk.has_started() or kept.value in {option.name for option in ask.options}:
                return Press(kept.value)
            raise KeyError(ask.path)
        if kept.kind == "file":
            return _file_kept(ask, kept)
        if ask.parse is None:
            raise KeyError(ask.path)
        return ask.parse(kept.value)

    async def mistake(self, event: Event) -> None:
        """Show that a press is on a button of the past; anything else is no answer here, and a secret does not stay."""
        if isinstance(event, Pressed):
            self.desk.toast(event.press, "chat.stale_button")
            return
        self.desk.retire_question()
        await self.forget_secret(event)

    async def forget_secret(self, event: Event) -> None:
        """Delete from the chat whatever a person sent where a secret is asked for; if it stays, say so."""
        question = self._talk.question
        if isinstance(event, Pressed | WentOn) or question is None or not question.is_secret:
            return
        if not await self.desk.edge.forget(event.message):
            self.desk.show("chat.please_delete")

    # Answers

    def _press(self, ask: Ask[Any], event: Pressed) -> Heard | None:
        names = [BACK, *(option.name for option in ask.options)]
        pressed = next((name for name in names if self._button(name) == event.button), None)
        self.desk.toast(event.press, None if pressed else "chat.stale_button")
        return _choice(pressed) if pressed else None

    async def _words(self, ask: Ask[Any], event: Said) -> Heard | None:
        labels = {self._label(ask, option.name).casefold(): option.name for option in ask.options}
        labels[self.desk.label("chat.back").casefold()] = BACK
        if name := labels.get(event.text.strip().casefold()):
            return _choice(name)
        await self.forget_secret(event)
        if ask.parse is None:
            return await self._stand(ask, _wanted(ask))
        if len(event.text) > ask.most:
            return await self._stand(ask, "chat.too_long", max=ask.most)
        return await self._value(ask, Kept(kind="secret" if ask.is_secret else "text", value=event.text))

    async def _contact(self, ask: Ask[Any], event: SharedContact) -> Heard | None:
        if event.is_own:
            return await self._value(ask, Kept(kind="contact", value=event.phone))
        return await self._refuse(ask, ContactForeign())

    async def _file(self, ask: Ask[Any], file: FileSent) -> Heard | None:
        if file.size > MAX_FILE_BYTES:
            return await self._refuse(ask, FileTooBig(megabytes=MAX_FILE_MEGABYTES))
        return Heard(Kept(kind="file", value=FILE.dump_json(file).decode()), file)

    async def _value(self, ask: Ask[Any], given: Kept) -> Heard | None:
        """Words or a contact, if today's parser takes them."""
        try:
            value = ask.parse(given.value) if ask.parse else None
        except Refusal as refusal:
            return await self._refuse(ask, refusal)
        return Heard(Kept(kind="secret"), SecretStr(str(value))) if ask.is_secret else Heard(given, value)

    async def _refuse(self, ask: Ask[Any], refusal: Refusal) -> Heard | None:
        return await self._stand(ask, f"refusal.{refusal.code}", **vars(refusal))

    async def _stand(self, ask: Ask[Any], text: str, **facts: Any) -> Heard | None:
        """Say why that was no answer, and let the question stand."""
        self.desk.retire_question()
        self.desk.show(text, **facts)
        await self.put(ask)
        return None

    # Buttons

    async def _attached(self, ask: Ask[Any]) -> tuple[bytes | None, FileMade | None]:
        """The question's picture and its file, as far as they can be had."""
        picture = await self._read(ask.picture, "chat.picture_missing")
        return picture, await self._read(ask.document, "chat.file_missing")

    async def _read(
        self, wanted: tuple[Callable[..., Awaitable[T]], *tuple[Any, ...]] | None, missing: str
    ) -> T | None:
        if wanted is None:
            return None
        call, *arguments = wanted
        try:
            return await call(self.desk.api, *arguments)
        except (Refusal, ApiFault):
            self.desk.show(missing)
            return None

    def _rows(self, ask: Ask[Any]) -> list[list[tuple[str, str]]]:
        buttons = [(self._label(ask, option.name), self._button(option.name)) for option in ask.options]
        rows = [buttons[i : i + ask.columns] for i in range(0, len(buttons), ask.columns)]
        return [*rows, [(self.desk.label("chat.back"), self._button(BACK))]]

    def _label(self, ask: Ask[Any], name: str) -> str:
        option = next(option for option in ask.options if option.name == name)
        return self.desk.label(option.text or f"{ask.text}.{name}", **option.facts)

    def _button(self, option: str) -> str:
        """The opaque id of a button: good for this account, talk and showing of the question alone (T14)."""
        question = self._talk.question
        number = question.number if question else 0
        return self.desk.edge.mark("button", self._talk.account, self._talk.id, number, option)

    @property
    def _talk(self) -> OpenTalk:
        if self.desk.chat.talk is None:
            raise ValueError("no talk is open")
        return self.desk.chat.talk


def _wanted(ask: Ask[Any]) -> str:
    """What to ask for instead of what came."""
    if ask.takes_file:
        return "chat.file_wanted"
    return "chat.words_wanted" if ask.parse else "chat.press_wanted"


def _file_kept(ask: Ask[Any], kept: Kept) -> FileSent:
    if not ask.takes_file:
        raise KeyError(ask.path)
    return FILE.validate_json(kept.value)


def _choice(name: str) -> Heard:
    return Heard(None) if name == BACK else Heard(Kept(kind="press", value=name), Press(name))
