"""A file of people, put on one's list piece by piece, while nobody need wait and memory does not grow (R13, T21)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import select

from api.acts.accounts import must_manage
from api.acts.listed_people import TypedRow
from api.acts.request_list import forget_if_empty, is_being_read, list_seen, own_list, put_rows
from api.acts.request_tables import columns_to_read, number_in
from api.people import Person, signed_in
from api.schemas.request_lists import RequestListSeen
from api.spreadsheets.columns import Row
from api.turns import Alone, Turn
from models.refusals import Busy, PasswordMustChange
from models.request_lists import RequestList
from models.rules import LIST_PIECE, MAX_LISTED
from models.seals import LISTED_KEY

PATIENCE = 1.2
"""Seconds that the answer waits for the last piece; a turn of the chat must end within three."""
COME_BACK = 2
MOST_HEADERS, HEADER_MAX_LENGTH = 8, 60
"""Of those that nobody asked for, how many are told, and how much of each."""


async def read_list(alone: Alone, token: str, key: str | None, content: bytes) -> RequestListSeen:
    """Begin to read, and tell how far it is after a moment; under the same key it goes on where it was.

    Raises:
        SessionEnded, PasswordMustChange, NotFound: whoever asks may not.
        FileUnreadable, ColumnsMissing, …: see `Tables.opened`.
        TooManyRows: there is no room for them; what there was room for is on the list.
        Busy: another file is being read.
    """
    async with alone() as turn:
        person = await signed_in(turn, token, is_change=True)
        if person.must_change_password:
            raise PasswordMustChange
        must_manage(person)
        reading = Reading(turn, person, token, key, content)
        is_new = await reading.begin(turn)
    if is_new:
        await turn.house.errands.begin(reading.go_on(), PATIENCE)
    async with alone() as turn:
        turn.account_id = person.account_id
        seen = await list_seen(turn, person)
    return seen.model_copy(update={"ignored": reading.ignored})


@dataclass
class Reading:
    """A file on its way onto the list of whoever sent it."""

    _turn: Turn = field(repr=False)
    """As it began; its transaction is over."""
    person: Person
    _token: str = field(repr=False)
    _key: str | None = field(repr=False)
    _content: bytes = field(repr=False)
    id: UUID = field(default_factory=uuid4)
    ignored: list[str] = field(default_factory=list)
    _done: int = 0
    """Rows that are on the list already, by whoever began and died."""

    async def begin(self, turn: Turn) -> bool:
        """Take the list; False if this was done already.

        Raises:
            Busy: somebody is at another file.
        """
        asked = f"{self._key or self.id}|{sha256(self._content).hexdigest()}"
        key = turn.keys.digest(LISTED_KEY, asked)
        mine = await own_list(turn, self.person)
        if mine.file_key == key:
            if mine.reading is None:
                return False
            self._done = mine.rows_read
        elif is_being_read(turn, mine):
            raise Busy(seconds=COME_BACK)
        else:
            mine.file_key = key
            mine.rows_there = mine.rows_read = mine.repeated = mine.waiting = 0
        mine.reading, mine.touched_at = self.id, turn.now()
        return True

    async def go_on(self) -> None:
        """Read it to its end, unless the session ends or somebody else takes the list."""
        house = self._turn.house
        columns, source = columns_to_read(house.words), self._turn.caller.source
        try:
            async with house.tables.opened(self._content, columns, most_rows=MAX_LISTED, source=source) as table:
                self.ignored += [header[:HEADER_MAX_LENGTH] for header in table.unknown[:MOST_HEADERS]]
                async for piece in _pieces(table.batches, self._done):
                    if not await self._put(piece, table.count):
                        return
        finally:
            await self._end()

    async def _put(self, rows: list[Row], there: int) -> bool:
        """Put a piece on the list, in a transaction of its own; False if the list is not ours any more."""
        async with self._turn.house.database.changing(self._token) as db:
            turn = replace(self._turn, db=db)
            mine = await self._ours(turn)
            if mine is None:
                return False
            mine.touched_at = turn.now()
            mine.rows_there = there
            mine.rows_read += len(rows)
            await put_rows(turn, self.person, mine, [TypedRow(row.cells, number_in(row, mine.id)) for row in rows])
        return True

    async def _end(self) -> None:
        """Let the list go; one that was begun for a file of which nothing was read is forgotten."""
        async with self._turn.house.database.changing(self._token) as db:
            mine = await self._ours(replace(self._turn, db=db))
            if mine is not None:
                mine.reading = None
                if not mine.rows_read:
                    await forget_if_empty(db, mine)

    async def _ours(self, turn: Turn) -> RequestList | None:
        """The list, held, as long as it is this file that is being read."""
        return await turn.db.scalar(select(RequestList).where(RequestList.reading == self.id).with_for_update())


async def _pieces(batches: AsyncIterator[list[Row]], done: int) -> AsyncIterator[list[Row]]:
    """The rows after the first so many, in such pieces as are saved together."""
    piece: list[Row] = []
    async for batch in batches:
        piece += batch[done:]
        done = max(done - len(batch), 0)
        if len(piece) >= LIST_PIECE:
            yield piece
            piece = []
    if piece:
        yield piece
