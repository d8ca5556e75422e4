"""One's own list of people to be asked for: how far it is, and rows put on it or taken off (R13)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.acts.accounts import must_manage
from api.acts.listed_people import JudgedRow, TypedRow, judged_rows, kept_row, typed_row
from api.people import Person
from api.schemas.request_lists import ListedRow, ListedRows, RequestListSeen, RowChange, RowFlawed
from api.turns import Turn
from models.listed_people import PersonColumn, PersonDoubt, PersonFlaw, RowState, people_in
from models.refusals import LinesUnreadable, NotFound, TooManyRows
from models.request_lists import ListedPerson, RequestList
from models.rules import LIST_LEASE, MAX_LISTED
from models.words import Gender, Language

ROWS_A_PAGE = 10


async def list_seen(turn: Turn, person: Person) -> RequestListSeen:
    """How far one's list is.

    Raises:
        NotFound: whoever asks manages nobody.
    """
    must_manage(person)
    mine = await turn.db.scalar(select(RequestList).where(RequestList.by_account_id == person.account_id))
    counted = await turn.db.execute(
        select(ListedPerson.state, func.count())
        .where(ListedPerson.by_account_id == person.account_id)
        .group_by(ListedPerson.state)
    )
    of_state = {state: count for state, count in counted}  # noqa: C416 - rows are no pairs to the type checker
    return RequestListSeen(
        **{str(state): of_state.get(state, 0) for state in RowState},
        repeated=mine.repeated if mine else 0,
        waiting=mine.waiting if mine else 0,
        read=mine.rows_read if mine else 0,
        there=mine.rows_there if mine else 0,
        is_being_read=mine is not None and is_being_read(turn, mine),
    )


def is_being_read(turn: Turn, mine: RequestList) -> bool:
    """Whether somebody is at the file that came last; who died on it is not."""
    return mine.reading is not None and turn.now() - mine.touched_at < LIST_LEASE


async def put_lines(turn: Turn, person: Person, text: str) -> RequestListSeen:
    """Put the people of some typed lines on the list.

    Raises:
        NotFound: whoever asks manages nobody.
        LinesUnreadable: no line names anybody.
        TooManyRows: there is no room for them.
    """
    must_manage(person)
    typed = [TypedRow(cells) for cells in people_in(text)]
    if not typed:
        raise LinesUnreadable
    mine = await own_list(turn, person)
    mine.touched_at = turn.now()
    mine.repeated = mine.waiting = mine.rows_read = mine.rows_there = 0
    await put_rows(turn, person, mine, typed)
    return await list_seen(turn, person)


async def change_row(turn: Turn, person: Person, number: int, given: RowChange) -> RequestListSeen:
    """Change a row; the rest of it stays.

    Raises:
        NotFound: there is none by that number on one's list (R12).
    """
    mine, kept = await _row(turn, person, number)
    before = typed_row(turn.keys, kept)
    new = _as_typed(turn, given)
    is_named = PersonColumn.UNIT in new
    changed = replace(
        before,
        cells={**before.cells, **new},
        unit_id=given.unit_id or (None if is_named else before.unit_id),
        is_confirmed=given.although_known or (before.is_confirmed and not new and given.unit_id is None),
    )
    await put_rows(turn, person, mine, [changed])
    return await list_seen(turn, person)


async def take_off(turn: Turn, person: Person, number: int) -> RequestListSeen:
    """Take a row off the list.

    Raises:
        NotFound: there is none by that number on one's list (R12).
    """
    mine, kept = await _row(turn, person, number)
    await turn.db.delete(kept)
    await turn.db.flush()
    await forget_if_empty(turn.db, mine)
    return await list_seen(turn, person)


async def throw_away(turn: Turn, person: Person) -> RequestListSeen:
    """Throw the whole list away; nothing was asked for by it.

    Raises:
        NotFound: whoever asks manages nobody.
    """
    must_manage(person)
    await turn.db.execute(delete(RequestList).where(RequestList.by_account_id == person.account_id))
    return await list_seen(turn, person)


async def rows_to_fix(turn: Turn, person: Person, after: int) -> ListedRows:
    """Rows that cannot be sent as they are, those that are wrong and those in doubt, by number.

    Raises:
        NotFound: whoever asks manages nobody.
    """
    must_manage(person)
    asked = select(ListedPerson).where(
        ListedPerson.by_account_id == person.account_id,
        ListedPerson.state != RowState.READY,
        ListedPerson.number > after,
    )
    found = await turn.db.scalars(asked.order_by(ListedPerson.number).limit(ROWS_A_PAGE))
    return ListedRows(rows=[_seen(turn, kept) for kept in found])


async def own_list(turn: Turn, person: Person) -> RequestList:
    """One's list, begun if there is none; held, so that what comes at once comes one after the other."""
    new = insert(RequestList).values(id=uuid4(), by_account_id=person.account_id, touched_at=turn.now(), **NOTHING)
    await turn.db.execute(new.on_conflict_do_nothing(index_elements=["by_account_id"]))
    mine = select(RequestList).where(RequestList.by_account_id == person.account_id).with_for_update()
    found = await turn.db.scalar(mine)
    if found is None:  # the session ended meanwhile
        raise NotFound
    return found


NOTHING = dict.fromkeys(("numbered", "rows_there", "rows_read", "repeated", "waiting"), 0)


async def put_rows(turn: Turn, person: Person, mine: RequestList, typed: Sequence[TypedRow]) -> None:
    """Put rows on a list that is held: a person stands on it once, and who comes later takes the place.

    Raises:
        TooManyRows: there is no room for them.
    """
    judged, known = await judged_rows(turn, person, typed)
    coming = [row for row in judged if not row.waits(known)]
    new = {row.row_key: row for row in coming}
    places = await _places(turn, mine, new)
    taken = await _take_off(turn, mine, {row.number for row in typed if row.number is not None} | set(places.values()))
    if await _held(turn.db, mine) + len(new) > MAX_LISTED:
        raise TooManyRows(max=MAX_LISTED)
    phones = await _phones(turn, mine, new)
    values = []
    for key, row in new.items():
        number = row.typed.number if row.typed.number in taken else places.get(key)
        if number is None:
            mine.numbered += 1
            number = mine.numbered
        values.append(kept_row(turn.keys, mine.id, person.account_id, number, _compared(row, phones)))
    mine.waiting += len(judged) - len(coming)
    mine.repeated += len(coming) - len(new) + sum(new[key].typed.number != place for key, place in places.items())
    if values:
        await turn.db.execute(insert(ListedPerson).returning(ListedPerson.number), values)  # in one statement
    await turn.db.flush()


async def forget_if_empty(db: AsyncSession, mine: RequestList) -> None:
    """Forget a list on which nobody stands any more."""
    if await _held(db, mine) == 0:
        await db.delete(mine)
        await db.flush()


async def forget_old(db: AsyncSession, now: datetime) -> None:
    """Forget lists that nobody has touched for long."""
    await db.execute(select(func.forget_lists(now)))


def _as_typed(turn: Turn, given: RowChange) -> dict[str, str]:
    """The new cells as somebody would have typed them."""
    words = turn.house.words
    new: dict[str, str] = {}
    for column in PersonColumn:
        match getattr(given, column):
            case None:
                pass
            case Gender() as gender:
                new[column] = words(Language.VIETNAMESE, f"Gender.{gender}")
            case list(rights):
                new[column] = ", ".join(words(Language.VIETNAMESE, f"Right.{right}") for right in rights)
            case typed:
                new[column] = typed
    return new


async def _row(turn: Turn, person: Person, number: int) -> tuple[RequestList, ListedPerson]:
    """A row of one's list, which is held."""
    must_manage(person)
    found = ListedPerson.by_account_id == person.account_id, ListedPerson.number == number
    if await turn.db.scalar(select(ListedPerson.number).where(*found)) is None:
        raise NotFound
    mine = await own_list(turn, person)
    mine.touched_at = turn.now()
    kept = await turn.db.scalar(select(ListedPerson).where(*found))
    if kept is None:
        raise NotFound
    return mine, kept


async def _held(db: AsyncSession, mine: RequestList) -> int:
    return await db.scalar(select(func.count()).where(ListedPerson.list_id == mine.id)) or 0


async def _take_off(turn: Turn, mine: RequestList, numbers: set[int]) -> set[int]:
    """Take rows off for others in their places; the numbers of those that there were."""
    there = delete(ListedPerson).where(ListedPerson.list_id == mine.id, ListedPerson.number.in_(numbers))
    there = there.execution_options(synchronize_session=False)
    return set(await turn.db.scalars(there.returning(ListedPerson.number)))


async def _places(turn: Turn, mine: RequestList, new: Collection[bytes]) -> dict[bytes, int]:
    """The numbers of those who stand on the list already."""
    there = select(ListedPerson.row_key, ListedPerson.number)
    found = await turn.db.execute(there.where(ListedPerson.list_id == mine.id, ListedPerson.row_key.in_(new)))
    return {key: number for key, number in found}  # noqa: C416 - as above


async def _phones(turn: Turn, mine: RequestList, new: Mapping[bytes, JudgedRow]) -> set[bytes]:
    """Of their numbers, those that others on the list have."""
    keys = {row.somebody.phone_key for row in new.values() if row.somebody}
    there = select(ListedPerson.phone_key).where(ListedPerson.list_id == mine.id, ListedPerson.phone_key.in_(keys))
    return {key for key in await turn.db.scalars(there) if key}


def _compared(row: JudgedRow, phones: set[bytes]) -> JudgedRow:
    """The row, in doubt if another on the list has its number; the next one with that number will be."""
    if row.somebody is None:
        return row
    is_twice = row.somebody.phone_key in phones
    phones.add(row.somebody.phone_key)
    return replace(row, doubt=PersonDoubt.PHONE_TWICE) if is_twice and row.doubt is None else row


def _seen(turn: Turn, kept: ListedPerson) -> ListedRow:
    cells = typed_row(turn.keys, kept).cells
    return ListedRow(
        number=kept.number,
        state=kept.state,
        cells={column: cells.get(column, "") for column in PersonColumn},
        flaws=[RowFlawed(column=c, flaw=PersonFlaw(kept.flaws[c])) for c in PersonColumn if c in kept.flaws],
        doubt=None if kept.is_confirmed else kept.doubt,
    )
