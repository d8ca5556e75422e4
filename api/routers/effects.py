"""Routes of effects: what became of an Idempotency-Key (T29)."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.doors import Door
from api.effects import EffectKey, find, void
from api.refusals import documented
from api.schemas.effects import EffectFound
from api.turns import Deciding, Reading
from models import refusals as r

router = APIRouter(prefix="/v1/effects", tags=["Effects"], route_class=Door)

Key = Annotated[str, Path(min_length=16, max_length=128, pattern=r"^[\x21-\x7e]+$")]


@router.get("/{key:path}", responses=documented(r.EffectForeign, r.Malformed))
async def look(key: Key, turn: Reading) -> EffectFound:
    """What became of it: done, with the answer; given up; or unknown, which may change."""
    return await find(turn.db, EffectKey.of(turn.keys, key, turn.caller), turn.keys)


@router.delete("/{key:path}", responses=documented(r.EffectForeign, r.Malformed))
async def give_up(key: Key, turn: Deciding) -> EffectFound:
    """Give it up: if nothing was done under it yet, nothing ever will be. The answer is final."""
    return await void(turn.db, EffectKey.of(turn.keys, key, turn.caller), turn.keys, turn.now())
