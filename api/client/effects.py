"""What became of an effect."""

from urllib.parse import quote

from api.client.wire import Wire
from api.schemas.effects import EffectFound


class Effects(Wire):
    """What became of an effect."""

    async def effect(self, key: str) -> EffectFound:
        """What became of an effect of this chat's."""
        return await self._ask("GET", f"effects/{quote(key, safe='')}", EffectFound)

    async def void_effect(self, key: str) -> EffectFound:
        """Give a key up: if nothing was done under it yet, nothing ever will be. The answer is what holds now."""
        return await self._ask("DELETE", f"effects/{quote(key, safe='')}", EffectFound)
