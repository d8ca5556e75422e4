"""Effects that happen once: what was done under an Idempotency-Key, and what was answered (T29)."""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.callers import Caller
from api.schemas.effects import EffectFound
from api.statements import Compiled
from models.effects import Effect
from models.refusals import Busy, EffectDiffers, EffectForeign, EffectVoided, Malformed
from models.rules import EFFECT_LIFETIME
from models.sealing import Keys, same
from models.seals import EFFECT_ANSWER

KEY = re.compile(r"[\x21-\x7e]{16,128}")
CALLER, REQUEST = "effect.caller", "effect.request"  # kinds of digests


COLUMNS = (Effect.key, Effect.caller, Effect.request, Effect.at, Effect.is_void)
CLAIM = Compiled(
    insert(Effect)
    .values({column.key: bindparam(column.key, type_=column.type) for column in COLUMNS})
    .on_conflict_do_nothing(index_elements=[Effect.key])
    .returning(Effect.key)
)
KEEP = Compiled(
    update(Effect)
    .where(Effect.key == bindparam("of"))
    .values(status=bindparam("answered"), answer_sealed=bindparam("sealed"))
)


class AlreadyDone(Exception):
    """It was done before under this key; this is what was answered."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


@dataclass(frozen=True)
class EffectKey:
    """An Idempotency-Key, with keyed digests of whose it is and of what was asked for."""

    key: str
    caller: bytes
    request: bytes

    @classmethod
    def of(cls, keys: Keys, key: str, caller: Caller, request: str = "") -> "EffectKey":
        """`request` is everything that makes it this request and no other.

        Raises:
            Malformed: not 16 to 128 visible ASCII characters.
        """
        if not KEY.fullmatch(key):
            raise Malformed(fields=["header.Idempotency-Key"])
        return cls(key, keys.digest(CALLER, str(caller)), keys.digest(REQUEST, request))


class KeysInUse:
    """Lets requests under one key wait for one another in this process, without holding a connection each.

    Across processes the row does the same; that makes it true, this makes it cheap.
    """

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def lock(self, key: str) -> asyncio.Lock:
        """The key's lock, the same one as long as anybody holds it or waits for it."""
        return self._locks.setdefault(key, asyncio.Lock())


async def claim(db: AsyncSession, effect: EffectKey, keys: Keys, now: datetime) -> None:
    """Take the key for this transaction; whoever comes with it meanwhile waits for the end.

    Raises:
        AlreadyDone: with what was answered.
        EffectForeign, EffectVoided, EffectDiffers: the key cannot be used for this.
    """
    if await _is_new(db, key=effect.key, caller=effect.caller, request=effect.request, at=now, is_void=False):
        return
    kept = await _kept(db, effect)
    if kept.is_void:
        raise EffectVoided
    if not same(kept.request or b"", effect.request):
        raise EffectDiffers
    raise AlreadyDone(kept.status or 0, _answer(kept, keys).encode())


async def keep(db: AsyncSession, effect: EffectKey, keys: Keys, status: int, body: bytes) -> None:
    """Keep what is about to be answered, in the transaction of the effect."""
    sealed = keys.seal(body.decode(), EFFECT_ANSWER, effect.key)
    await KEEP.row(db, of=effect.key, answered=status, sealed=sealed)


async def find(db: AsyncSession, effect: EffectKey, keys: Keys) -> EffectFound:
    """What is known of the key, now. What is still being done is `unknown`.

    Raises:
        EffectForeign: it is somebody else's.
    """
    if await db.scalar(select(Effect.key).where(Effect.key == effect.key)) is None:
        return EffectFound(state="unknown")
    return _found(await _kept(db, effect), keys)


async def void(db: AsyncSession, effect: EffectKey, keys: Keys, now: datetime) -> EffectFound:
    """Give the key up, if nothing was done under it. What is still being done is waited for.

    Raises:
        EffectForeign: it is somebody else's.
    """
    if await _is_new(db, key=effect.key, caller=effect.caller, at=now, is_void=True):
        return EffectFound(state="void")
    return _found(await _kept(db, effect), keys)


async def forget_old(db: AsyncSession, now: datetime) -> None:
    """Forget what was kept long enough."""
    await db.execute(delete(Effect).where(Effect.at < now - EFFECT_LIFETIME))


async def _is_new(db: AsyncSession, **row: Any) -> bool:
    """Whether the row was written; one under the same key that is being written is waited for."""
    return await CLAIM.row(db, **row) is not None


async def _kept(db: AsyncSession, effect: EffectKey) -> Effect:
    kept = await db.get(Effect, effect.key)
    if kept is None:  # it grew old in this very moment
        raise Busy(seconds=1)
    if not same(kept.caller, effect.caller):
        raise EffectForeign
    return kept


def _found(kept: Effect, keys: Keys) -> EffectFound:
    if kept.is_void:
        return EffectFound(state="void")
    return EffectFound(state="done", status=kept.status, answer=_answer(kept, keys))


def _answer(kept: Effect, keys: Keys) -> str:
    return keys.opened(kept.answer_sealed or b"", EFFECT_ANSWER, kept.key)
