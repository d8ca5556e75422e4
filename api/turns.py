"""A turn: one request, with what it works with, what it changes in one transaction, and what follows the commit."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Annotated, Self, cast

from fastapi import Depends, Header, HTTPException, Request
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import Update
from sqlalchemy.ext.asyncio import AsyncSession

from api.callers import THE_BOT, Caller, caller_of, is_the_bot
from api.effects import KEY, EffectKey, claim, keep
from api.faults import DATABASE_FAULTS, InDoubt, leaves_doubt
from api.installation import Installation
from models.rules import Policy
from models.sealing import Keys


@dataclass(frozen=True)
class ClaimedSms:
    """An SMS that is counted, and may be handed over once that is committed (T36)."""

    request_id: str
    """The gateway takes it once under this."""
    to: str = field(repr=False)
    text: str = field(repr=False)
    counted: Update = field(repr=False)
    """An update of the row by which it is counted."""


@dataclass
class Turn:
    """What an act works with. It never commits: the door does, once, when the act has returned."""

    house: Installation
    caller: Caller
    db: AsyncSession
    account_id: int | None = None
    """Whose account it turned out to be about."""
    token: str | None = field(default=None, repr=False)
    """Of the session that it is done in, once that was found open."""
    sms: ClaimedSms | None = None
    """What is to be handed over after the commit."""

    @property
    def policy(self) -> Policy:
        return self.house.policy

    @property
    def keys(self) -> Keys:
        return self.house.keys

    def now(self) -> datetime:
        """The time; to be asked for once the locks are held."""
        return self.house.now()


class Visit:
    """A request's way in and out. What it took on the way in is let go in reverse: the transaction ends first."""

    def __init__(self, house: Installation, request: Request) -> None:
        self.house = house
        self.turn: Turn | None = None
        self._request = request
        self._taken = AsyncExitStack()
        self._key: EffectKey | None = None
        self._changes = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._taken.__aexit__(kind, error, trace)
        except DATABASE_FAULTS as fault:
            if kind is None and self._changes and leaves_doubt(fault):
                raise InDoubt from fault
            raise

    async def read(self, caller: Caller) -> Turn:
        """A turn that changes nothing but when its session was last seen."""
        self.turn = Turn(self.house, caller, await self._in_a_transaction())
        return self.turn

    async def name(self, key: str | None, caller: Caller) -> None:
        """Put the visit under an Idempotency-Key: no other under it goes on meanwhile."""
        if key is not None and self._key is None:
            request = self._request
            asked = (
                f"{request.method} {request.url.path}?{request.url.query}\n{(await request.body()).decode('latin-1')}"
            )
            self._key = EffectKey.of(self.house.keys, key, caller, asked)
            await self._taken.enter_async_context(self.house.keys_in_use.lock(key))

    async def queue(self, caller: Caller) -> None:
        """Wait for a place where passwords are hashed."""
        await self._taken.enter_async_context(self.house.passwords.queue.place(caller.source))

    async def change(self, caller: Caller) -> Turn:
        """A turn in a transaction; under a key, one that was not done before.

        Raises:
            AlreadyDone, EffectForeign, EffectVoided, EffectDiffers: see `effects.claim`.
        """
        db = await self._in_a_transaction()
        self._changes = True
        if self._key is not None:
            await claim(db, self._key, self.house.keys, self.house.now())
        self.turn = Turn(self.house, caller, db)
        return self.turn

    @asynccontextmanager
    async def alone(self, caller: Caller) -> AsyncIterator[Turn]:
        """A turn in a transaction that ends with the block: for what must be committed before more is asked."""
        async with self.house.database.changing(_token(self._request)) as db:
            self.turn = Turn(self.house, caller, db)
            yield self.turn

    async def _in_a_transaction(self) -> AsyncSession:
        return await self._taken.enter_async_context(self.house.database.changing(_token(self._request)))

    async def keep(self, status: int, body: bytes) -> None:
        """Keep the answer with the effect, if there is a key to ask for it by."""
        if self._key is not None and self.turn is not None:
            await keep(self.turn.db, self._key, self.house.keys, status, body)


Alone = Callable[[], AbstractAsyncContextManager[Turn]]
"""Begins a transaction of its own, which ends with the block."""

# What routes ask for; all of it async, because FastAPI sends the rest through threads


async def the_caller(request: Request) -> Caller:
    """The chat or the address."""
    return caller_of(request, _visit(request).house.settings)


async def the_bot(request: Request) -> Caller:
    """The bot for itself; nobody else gets through."""
    if not is_the_bot(request, _visit(request).house.settings):
        raise HTTPException(403)
    return THE_BOT


IdempotencyKey = Annotated[
    Annotated[str, Field(json_schema_extra={"pattern": f"^{KEY.pattern}$"})] | SkipJsonSchema[None],
    Header(description="16 to 128 visible ASCII characters. Asking again under it within a day changes nothing."),
]


async def reading(request: Request, caller: Annotated[Caller, Depends(the_caller)]) -> Turn:
    return await _visit(request).read(caller)


async def changing(
    request: Request, caller: Annotated[Caller, Depends(the_caller)], idempotency_key: IdempotencyKey = None
) -> Turn:
    visit = _visit(request)
    await visit.name(idempotency_key, caller)
    return await visit.change(caller)


async def hashing(
    request: Request, caller: Annotated[Caller, Depends(the_caller)], idempotency_key: IdempotencyKey = None
) -> Turn:
    visit = _visit(request)
    await visit.name(idempotency_key, caller)
    await visit.queue(caller)
    return await visit.change(caller)


async def asking(request: Request, caller: Annotated[Caller, Depends(the_caller)]) -> Alone:
    return partial(_visit(request).alone, caller)


async def deciding(request: Request, caller: Annotated[Caller, Depends(the_caller)]) -> Turn:
    return await _visit(request).change(caller)


async def bringing(
    request: Request, bot: Annotated[Caller, Depends(the_bot)], idempotency_key: IdempotencyKey = None
) -> Turn:
    visit = _visit(request)
    await visit.name(idempotency_key, bot)
    return await visit.change(bot)


Reading = Annotated[Turn, Depends(reading)]
"""Changes nothing."""
Changing = Annotated[Turn, Depends(changing)]
"""In one transaction, once per Idempotency-Key."""
Hashing = Annotated[Turn, Depends(hashing)]
"""The same, with a place where passwords are hashed."""
Asking = Annotated[Alone, Depends(asking)]
"""In transactions of its own, one after the other."""
Deciding = Annotated[Turn, Depends(deciding)]
"""In one transaction, about an Idempotency-Key instead of under one."""
Bringing = Annotated[Turn, Depends(bringing)]
"""The bot's own, for no chat."""


def _token(request: Request) -> str:
    """The bearer token that is shown; empty if none is."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _visit(request: Request) -> Visit:
    return cast("Visit", request.state.visit)
