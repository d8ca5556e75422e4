"""The activation SMS, and the first password of one's own (R14)."""

from uuid import UUID

from pydantic import SecretStr

from api.client.wire import Wire
from api.schemas.activations import Activated, ActivationCode, ActivationOpened, ActivationSent, FirstPassword


class Activations(Wire):
    """The activation SMS, and the first password of one's own (R14)."""

    async def open_activation(self, username: str, code: SecretStr, captcha: UUID | None = None) -> ActivationOpened:
        body = ActivationCode(username=username, code=code, captcha=captcha)
        return await self._ask("POST", "activations", ActivationOpened, body)

    async def choose_password(self, activation: UUID, token: str, username: str, new: SecretStr) -> Activated:
        body = FirstPassword(username=username, password=new)
        return await self._ask("PUT", f"activations/{activation}/password", Activated, body, token)

    async def send_activation(self, account: int) -> ActivationSent:
        return await self._ask("POST", f"accounts/{account}/activation", ActivationSent)
