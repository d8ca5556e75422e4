"""What a talk may await: ask, say, look, do. Nothing else, so it runs the same live, in a replay and in a test.

A talk is a function that reads top to bottom. Everything it awaits is a *step*: the step is yielded to the engine,
which performs it and sends the result in. A step is known by its **path**: the names of the talks it lies in, its own
name, and a counter where the same place is passed again (a retry). Its last two names are the name of its text.
"""

from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from types import coroutine
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from pydantic import SecretStr

from api.client import Api
from api.client.files import FileMade, FileSent
from api.schemas.own_account import Me
from api.schemas.signing_in import SessionOpened
from api.schemas.values import SHORT_TEXT
from models.refusals import Refusal
from models.words import Language

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

Facts = dict[str, Any]

Picture = tuple[Callable[..., Awaitable[bytes]], Any]
"""A read of the API and its argument: done only when the question is shown."""


Document = tuple[Callable[..., Awaitable[FileMade]], *tuple[Any, ...]]
"""The same for a file, with as many arguments as it has."""


@dataclass(frozen=True)
class Press:
    """The answer was a button instead of words; `name` is the option's."""

    name: str


@dataclass(frozen=True)
class Option:
    """A button of a question. `text` names its label, if it is not the question's text and its own name."""

    name: str
    text: str | None = None
    facts: Facts = field(default_factory=dict)


# Say and Ask are not frozen: a replay makes one for each answer, and frozen ones take thrice as long to make.


@dataclass(slots=True)
class Say:
    """Shown once; again only when its facts change."""

    path: str
    text: str
    facts: Facts
    document: Document | None = None


@dataclass(slots=True)
class Ask(Generic[T]):
    """Asked until an answer fits; the answer is kept under the path."""

    path: str
    text: str
    facts: Facts
    parse: Callable[[str], T] | None
    options: tuple[Option, ...] = ()
    columns: int = 1
    is_secret: bool = False
    takes_contact: bool = False
    takes_file: bool = False
    picture: Picture | None = None
    document: Document | None = None
    most: int = SHORT_TEXT
    stands: bool = False
    """What was pressed stands, though it be no longer on offer."""
    goes_on: bool = False
    """It shows how far long work is, and takes its first option by itself; it is one message that changes."""


@dataclass(frozen=True)
class Look:
    """A read: never recorded, done again in a replay."""

    path: str
    call: Callable[..., Awaitable[Any]]
    args: tuple[Any, ...]


@dataclass(frozen=True)
class Do:
    """An effect: done once, its result recorded. If it `settles`, «Quay lại» does not cross it."""

    path: str
    call: Callable[..., Awaitable[Any]]
    args: tuple[Any, ...]
    settles: bool = True


@dataclass(frozen=True)
class Revise:
    """Take one answer back, with the wish to, and go on from the talk's first line: all others stand."""

    path: str


@dataclass(frozen=True)
class Return:
    """Ask that question anew. Everything since it was answered is over: forgotten, and not gone through again."""

    path: str


@dataclass(frozen=True)
class Sit:
    """Somebody is signed in on this chat from now on, or nobody is."""

    session: SessionOpened | None


@dataclass(frozen=True)
class Know:
    """Something about whoever is signed in has changed."""

    me: Me


@dataclass(frozen=True)
class Speak:
    """The chat speaks another language from now on."""

    language: Language


Step = Say | Ask[Any] | Look | Do | Revise | Return | Sit | Know | Speak


class SpentSecret(SecretStr):
    """The place of a secret that was typed before this process began. Whoever opens it makes the talk ask again."""

    def __init__(self, path: str) -> None:
        super().__init__("")
        self.path = path

    def get_secret_value(self) -> str:
        raise SecretGone(self.path)


class SecretGone(Exception):
    """A secret was typed before a restart and is nowhere; `path` is the question to ask again."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@coroutine
def _result_of(step: Step) -> Generator[Step, Any, Any]:
    """Hands one step to the engine; what the engine sends in is the result."""
    return (yield step)


class Talk:
    """A talk's way to the person and to the API."""

    def __init__(self, me: Me | None, usernames: Sequence[str], chosen_language: Language | None = None) -> None:
        self.me = me
        """Who is signed in on this chat."""
        self.chosen_language = chosen_language
        """What was chosen on this chat before anybody signed in."""
        self.usernames = tuple(usernames)
        """Who signed in on this chat before, the latest first."""
        self._part = ""
        self._parts: list[str] = []
        self._visits: dict[str, int] = {}

    @overload
    async def ask(
        self,
        name: str,
        parse: Callable[[str], T],
        *,
        options: Sequence[str | Option],
        takes_contact: bool = False,
        stands: bool = False,
        **facts: Any,
    ) -> T | Press: ...
    @overload
    async def ask(self, name: str, parse: Callable[[str], T], *, takes_contact: bool = False, **facts: Any) -> T: ...
    async def ask(
        self,
        name: str,
        parse: Callable[[str], T],
        *,
        options: Sequence[str | Option] = (),
        takes_contact: bool = False,
        stands: bool = False,
        **facts: Any,
    ) -> T | Press:
        """Ask for words; `parse` makes a value of them or raises a Refusal, which is told and the question stands."""
        path, text = self._place(name)
        step = Ask(path, text, facts, parse, _options(options), takes_contact=takes_contact, stands=stands)
        answer: T | Press = await _result_of(step)
        return answer

    @overload
    async def ask_secret(
        self,
        name: str,
        parse: Callable[[str], str] = str,
        *,
        options: Sequence[str | Option],
        picture: Picture | None = None,
        **facts: Any,
    ) -> SecretStr | Press: ...
    @overload
    async def ask_secret(self, name: str, parse: Callable[[str], str] = str, **facts: Any) -> SecretStr: ...
    async def ask_secret(
        self,
        name: str,
        parse: Callable[[str], str] = str,
        *,
        options: Sequence[str | Option] = (),
        picture: Picture | None = None,
        **facts: Any,
    ) -> SecretStr | Press:
        """Ask for a secret: never in the journal, and its message leaves the chat. Spend it before asking again.

        After a restart its place is known and its value is not (`SpentSecret`).
        """
        path, text = self._place(name)
        step = Ask(path, text, facts, parse, _options(options), is_secret=True, picture=picture)
        answer: SecretStr | Press = await _result_of(step)
        return answer

    @overload
    async def ask_file(self, name: str, *, options: Sequence[str | Option], **facts: Any) -> FileSent | Press: ...
    @overload
    async def ask_file(self, name: str, **facts: Any) -> FileSent: ...
    async def ask_file(self, name: str, *, options: Sequence[str | Option] = (), **facts: Any) -> FileSent | Press:
        """Ask for a file. The effect that is given it fetches the bytes; FileGone if Telegram has lost them."""
        path, text = self._place(name)
        answer: FileSent | Press = await _result_of(Ask(path, text, facts, None, _options(options), takes_file=True))
        return answer

    async def ask_file_or_words(
        self, name: str, parse: Callable[[str], T], *, options: Sequence[str | Option], most: int, **facts: Any
    ) -> FileSent | Press | T:
        """Ask for a file, or for as many characters of words, on a page whose options stand."""
        path, text = self._place(name)
        ask = Ask(path, text, facts, parse, _options(options), takes_file=True, most=most, stands=True)
        answer: FileSent | Press | T = await _result_of(ask)
        return answer

    async def choose(
        self,
        name: str,
        options: Sequence[str | Option],
        *,
        columns: int = 1,
        stands: bool = False,
        goes_on: bool = False,
        document: Document | None = None,
        **facts: Any,
    ) -> str:
        """Ask for one of the options; the answer is its name. If it `stands`, so it does when it is no longer one.

        Where it `goes_on`, it is shown how far long work is, and the first option takes itself: each turn does a piece,
        and ends in time. If that fails, the button is there.
        """
        path, text = self._place(name)
        chosen = _options(options)
        ask: Ask[Any] = Ask(
            path, text, facts, None, chosen, columns=columns, stands=stands, document=document, goes_on=goes_on
        )
        press: Press = await _result_of(ask)
        return press.name

    async def say(self, name: str, *, document: Document | None = None, **facts: Any) -> None:
        """Say something, once."""
        path, text = self._place(name)
        await _result_of(Say(path, text, facts, document))

    async def tell(self, refusal: Refusal) -> None:
        """Say what a rule said no to; the text is the refusal's own, wherever it comes up."""
        path, _ = self._place(refusal.code)
        await _result_of(Say(path, f"refusal.{refusal.code}", vars(refusal)))

    async def look(self, call: Callable[Concatenate[Api, P], Awaitable[R]], *args: P.args, **_: P.kwargs) -> R:
        """Read something through the API."""
        path, _text = self._place(_name_of(call))
        result: R = await _result_of(Look(path, call, args))
        return result

    async def do(self, call: Callable[Concatenate[Api, P], Awaitable[R]], *args: P.args, **_: P.kwargs) -> R:
        """Have something done through the API, once, whatever dies on the way."""
        path, _text = self._place(_name_of(call))
        result: R = await _result_of(Do(path, call, args))
        return result

    async def prepare(self, call: Callable[Concatenate[Api, P], Awaitable[R]], *args: P.args, **_: P.kwargs) -> R:
        """Like `do`, for what binds nobody: «Quay lại» may cross it."""
        path, _text = self._place(_name_of(call))
        result: R = await _result_of(Do(path, call, args, settles=False))
        return result

    async def revise(self, name: str) -> None:
        """Take back the answer of this part's question `name`, and the answer that led here; ask those two again."""
        await _result_of(Revise("/".join([*self._parts, name])))

    async def return_to(self, name: str) -> None:
        """Go back to this part's question `name`, for good: what was done since stays done, the rest is forgotten."""
        place = "/".join([*self._parts, name])
        await _result_of(Return(_visited(place, self._visits[place])))

    async def sit(self, session: SessionOpened | None) -> None:
        """Sign this chat in or out."""
        await _result_of(Sit(session))
        self.me = session.me if session else None

    async def know(self, me: Me) -> None:
        """Note what is new about whoever is signed in."""
        await _result_of(Know(me))
        self.me = me

    async def speak(self, language: Language) -> None:
        """Speak another language on this chat."""
        await _result_of(Speak(language))

    @contextmanager
    def within(self, key: str) -> Iterator[None]:
        """Put the steps inside under `key`: in a loop over things, each thing's own."""
        self._parts.append(key)
        try:
            yield
        finally:
            self._parts.pop()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Put the steps inside under that part of the talk, by which their texts are named too."""
        before, self._part = self._part, name
        try:
            with self.within(name):
                yield
        finally:
            self._part = before

    def _place(self, name: str) -> tuple[str, str]:
        """The step's path, counted where it is passed again, and its text."""
        path = "/".join([*self._parts, name])
        visit = self._visits.get(path, 0) + 1
        self._visits[path] = visit
        return _visited(path, visit), f"{self._part}.{name}"


TalkFunction = Callable[Concatenate[Talk, P], Coroutine[Any, Any, R]]


def part(function: TalkFunction[P, R]) -> TalkFunction[P, R]:
    """Make a function a talk, or a part of one: its steps lie under its name."""

    @wraps(function)
    async def named(talk: Talk, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with talk.part(function.__name__):
            return await function(talk, *args, **kwargs)

    return named


def _visited(place: str, visit: int) -> str:
    return place if visit == 1 else f"{place}#{visit}"


def place_of(path: str) -> str:
    """A path without its counter: the place in the code."""
    return path.partition("#")[0]


def _options(options: Sequence[str | Option]) -> tuple[Option, ...]:
    if not options:
        return ()
    return tuple(Option(option) if isinstance(option, str) else option for option in options)


def _name_of(call: Callable[..., Any]) -> str:
    return call.__name__
