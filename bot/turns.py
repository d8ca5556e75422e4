"""One turn of a chat: opened in the journal, answered, saved, said, noted as said; in that order."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from api.client import Api
from bot.alarm import alarm, log, name_of
from bot.budget import Budget
from bot.edge import ChatEdge
from bot.face import Arrival
from bot.journal import Journal, JournalGone, LockHeld, LockLost, Page
from bot.plain import PlainBot
from bot.voice import Blocked, MaybeSent, NotSent, NotTaken, Unsaid, say
from conversations.desk import Desk
from conversations.events import Commanded, Event, Said, WentOn
from conversations.journal import Chat, Entry
from conversations.replies import REPLIES, Message, Reply
from conversations.run import Run
from conversations.turn import Turn
from models.clock import Clock
from models.sealing import Keys, SealBroken

MOST_ENTRIES = 32
"""Then they are compacted into one."""
MOST_CHATS = 5000
"""Kept in memory, with their live talks; all others are read from the journal."""
MOST_TRIES = 5
"""An update that failed so often ends with an apology."""
MOST_TRIES_TO_SAY = 300
"""With some seconds between them: about as long as an answer is worth to be waited for."""

SAYING = 4.0
"""Seconds for Telegram to take one reply."""
PASSING = 0.3
"""Seconds that what only goes with a message has left when that is said; then the message is noted."""
WAITING = 2.0
"""Seconds that Telegram's own «retry after» is waited for within a turn."""
PATIENCE = 3.0
"""Seconds to wait for a chat that another process has locked."""
PATIENCE_OF_ESCAPES = 0.7
"""The same for somebody who wants out, and to wait behind their own earlier updates; then the lock is broken (T42)."""
LOOKING_AGAIN = 0.05
PAUSE = 0.5

DAMAGES = (SealBroken, ValueError, LookupError, AttributeError, TypeError)
"""What entries cause that were sealed by another key, were damaged, or come from another release."""


class NotNow(Exception):
    """The update could not be dealt with; it must come again, and no sooner than after so many seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(after)
        self.after = after


class GivenUp(Exception):
    """An update failed again and again."""


@dataclass
class Known:
    """A chat as this process knows it, up to a revision of its journal."""

    chat: Chat = field(default_factory=Chat)
    revision: str = ""
    length: int = 0
    """How many entries the journal has."""
    owed: list[Entry] = field(default_factory=list)
    """Entries that hold already, and that the journal still lacks: what was said meanwhile."""
    run: Run | None = None
    is_broken: bool = False
    """The journal could not be read: the chat starts anew."""
    is_void: bool = False
    """A turn is on its way that has not been saved."""

    def note(self, *entry: object) -> None:
        """Let an entry take effect; it is saved with the next ones."""
        self.chat = self.chat.note(list(entry))
        self.owed.append(list(entry))

    def close(self) -> None:
        """Stop the live talk."""
        if self.run is not None:
            self.run.close()


class Memory:
    """The chats that spoke last. Each is taken out for its turn, so no two turns share one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._chats: OrderedDict[int, Known] = OrderedDict()

    def revision(self, chat: int) -> str:
        """The revision at hand."""
        known = self._chats.get(chat)
        return known.revision if known else ""

    def take(self, chat: int) -> Known | None:
        return self._chats.pop(chat, None)

    def keep(self, chat: int, known: Known) -> None:
        self._chats[chat] = known
        if len(self._chats) > self._most:
            _, oldest = self._chats.popitem(last=False)
            oldest.close()


class Turns:
    """Takes the turns of all chats."""

    def __init__(
        self,
        journal: Journal,
        *,
        api: Api,
        bot: PlainBot,
        clock: Clock,
        keys: Keys,
        budget: Budget | None = None,
        most_chats: int = MOST_CHATS,
    ) -> None:
        self._journal = journal
        self._bot = bot
        self._budget = budget
        self._memory = Memory(most_chats)
        self._edge: Callable[..., ChatEdge] = partial(ChatEdge, api=api, bot=bot, clock=clock, keys=keys)

    async def take(self, arrival: Arrival, *, takes_over: bool = False) -> WentOn | None:
        """Answer what arrived; afterwards it may be acknowledged. What comes next by itself, if something does.

        Args:
            takes_over: break the lock of whoever is at this chat.

        Raises:
            NotNow: it must come again.
        """
        try:
            return await self._take(arrival, takes_over=takes_over)
        except NotNow:
            raise
        except (JournalGone, LockLost) as failure:
            log.warning("turn_failed", reason=name_of(failure))
            raise NotNow(PAUSE) from None
        except Exception as bug:  # noqa: BLE001 - the one alarm: a bug in one chat must not stop the others
            alarm(bug)
            raise NotNow(PAUSE) from None

    async def _take(self, arrival: Arrival, *, takes_over: bool) -> WentOn | None:
        page = await self._open(arrival, takes_over=takes_over)
        known = self._known(page)
        try:
            await self._say_unsaid(page, known)
            if not page.is_seen:
                await self._answer(page, known, arrival.event)
                await self._say_unsaid(page, known)
        except BaseException:
            with suppress(JournalGone, LockLost):
                await self._close(page, known, has_seen=False)
            raise
        await self._close(page, known, has_seen=True)
        return _next(known.chat)

    # Opening and closing

    async def _open(self, arrival: Arrival, *, takes_over: bool) -> Page:
        """Wait for the chat's lock; somebody who wants out does not wait for long."""
        patience = PATIENCE_OF_ESCAPES if arrival.is_escape else PATIENCE
        until = time.monotonic() + patience
        while True:
            at_hand = self._memory.revision(arrival.chat)
            try:
                return await self._journal.open(arrival.chat, arrival.update, at_hand=at_hand, takes_over=takes_over)
            except LockHeld as held:
                if time.monotonic() >= until and not arrival.is_escape:
                    raise NotNow(held.left) from None
                takes_over = time.monotonic() >= until
                await asyncio.sleep(0 if takes_over else min(held.left, LOOKING_AGAIN))

    def _known(self, page: Page) -> Known:
        """The chat from memory if that is up to date, else from the journal."""
        known = self._memory.take(page.chat)
        if page.blobs is None:
            return known or Known()
        if known is not None:
            known.close()
        try:
            entries = self._journal.entries(page)
            return Known(Chat.of(entries), page.revision, len(entries))
        except DAMAGES as damage:
            alarm(damage)
            return Known(revision=page.revision, is_broken=True)

    async def _close(self, page: Page, known: Known, *, has_seen: bool) -> None:
        """Save what is owed and give the lock back. What could not be saved stays owed, if nobody else wrote."""
        if known.is_void:
            known.close()
            await self._journal.write(page, [], lets_go=True)
            return
        try:
            await self._save(page, known, [], has_seen=has_seen, lets_go=True)
        except LockLost:
            known.close()
            raise
        except JournalGone:
            self._memory.keep(page.chat, known)
            raise
        self._memory.keep(page.chat, known)

    async def _save(
        self,
        page: Page,
        known: Known,
        entries: list[Entry],
        *,
        compacts: bool = False,
        has_seen: bool = False,
        lets_go: bool = False,
    ) -> None:
        """Write what is owed and these entries, or the one that all of them amount to."""
        written = known.owed + entries
        replaces = known.is_broken
        if compacts or known.length + len(written) > MOST_ENTRIES:
            written, replaces = [known.chat.snapshot()], True
        await self._journal.write(page, written, replaces=replaces, has_seen=has_seen, lets_go=lets_go)
        known.length = len(written) if replaces else known.length + len(written)
        known.owed, known.revision = [], page.revision
        known.is_broken = known.is_broken and not written

    # Answering

    async def _answer(self, page: Page, known: Known, event: Event) -> None:
        """Let the talks hear the event, and save what follows from it."""
        known.is_void = True
        edge = self._edge(page.chat, save=partial(self._save, page, known))
        desk = Desk(known.chat, edge)
        if known.is_broken:
            desk.show("chat.started_over")
        async with edge, asyncio.timeout(page.time_left):
            known.run = await self._hear(page, desk, known.run, event)
        if edge.failure is not None:
            raise edge.failure
        if desk.replies:
            desk.note("turn", page.update, REPLIES.dump_json(desk.replies).decode())
        known.chat = desk.chat
        await self._save(page, known, desk.notes, compacts=desk.has_effect, has_seen=True)
        known.is_void = False

    async def _hear(self, page: Page, desk: Desk, run: Run | None, event: Event) -> Run | None:
        if page.tries > MOST_TRIES:
            event = await self._give_up(desk, event)
        turn = Turn(desk, run)
        await turn.take(event)
        return turn.run

    async def _give_up(self, desk: Desk, event: Event) -> Event:
        """Apologise, and go on as if the person had asked for the menu."""
        desk.show("chat.crashed", reference=alarm(GivenUp()))
        talk = desk.chat.talk
        if isinstance(event, Said) and talk and talk.question and talk.question.is_secret:
            await desk.edge.forget(event.message)
        return Commanded("menu", 0)

    # Saying

    async def _say_unsaid(self, page: Page, known: Known) -> None:
        """Say what is unsaid, the oldest first; each message is noted before the next one goes."""
        until = time.monotonic() + WAITING
        while known.chat.unsent:
            unsent = known.chat.unsent[0]
            *before, reply = _together(unsent.replies)
            number = await self._say_among(page, before, reply, until)
            known.note("sent", unsent.update, len(before) + 1)
            if isinstance(reply, Message):
                if number is not None and reply.is_question:
                    known.note("shown", number)
                if any(isinstance(r, Message) for rest in known.chat.unsent for r in rest.replies):
                    await self._save(page, known, [])

    async def _say_among(self, page: Page, before: list[Reply], reply: Reply, until: float) -> int | None:
        """Say a reply, and those before it at the same time: the person waits for one way to Telegram, not for each."""
        beside = [asyncio.create_task(self._say_in_passing(page.chat, other)) for other in before]
        try:
            return await self._say(page, reply, until)
        finally:
            if beside:
                await _ended(beside)

    async def _say_in_passing(self, chat: int, reply: Reply) -> None:
        """The end of a press's waiting, or buttons that go: tried once, for beside a message nobody misses it."""
        try:
            await say(self._bot, chat, reply, patience=SAYING)
        except Unsaid as loss:
            log.info("unsaid", reason=name_of(loss))

    async def _say(self, page: Page, reply: Reply, until: float) -> int | None:
        """Say one reply, if it takes two tries; the number of its message, if it is known."""
        while True:
            if page.time_left < SAYING:
                await self._journal.write(page, [])  # a longer lease, or the news that it is lost
            if self._budget is not None and isinstance(reply, Message):
                await self._budget.answer(page.chat)
            try:
                return await say(self._bot, page.chat, reply, patience=SAYING)
            except NotSent as unsent:
                if page.tries > MOST_TRIES_TO_SAY:
                    alarm(unsent)
                    return None
                if time.monotonic() + unsent.after > until:
                    raise NotNow(unsent.after) from None
                await asyncio.sleep(unsent.after)
            except (MaybeSent, Blocked) as loss:
                log.info("unsaid", reason=name_of(loss))
                return None
            except NotTaken as refusal:
                alarm(refusal)
                return None


def _next(chat: Chat) -> WentOn | None:
    """What the chat's question does by itself."""
    question = chat.talk.question if chat.talk else None
    return WentOn(question.number) if question and question.goes_on else None


def _together(replies: list[Reply]) -> list[Reply]:
    """The first message with what goes before it; or the first reply, if there is no message."""
    first = next((number for number, reply in enumerate(replies) if isinstance(reply, Message)), 0)
    return replies[: first + 1]


async def _ended(passing: list[asyncio.Task[None]]) -> None:
    """Wait for them for a moment."""
    try:
        done, _ = await asyncio.wait(passing, timeout=PASSING)
    finally:
        for task in passing:
            task.cancel()
    for task in done:
        if bug := task.exception():
            alarm(bug)
