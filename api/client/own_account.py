"""What somebody signed in asks about themselves."""

from uuid import UUID

from pydantic import SecretStr

from api.client.wire import Wire
from api.schemas.own_account import (
    CurrentPassword,
    HistoryPage,
    Me,
    NewLanguage,
    NewPassword,
    NotMeReported,
    OtpProven,
    PasswordChanged,
    PasswordProven,
    SessionRow,
    SessionsEnded,
)
from api.schemas.signing_in import (
    OtpAnswer,
    OtpSent,
)
from models.words import Language


class OwnAccount(Wire):
    """What somebody signed in asks about themselves."""

    async def me(self) -> Me:
        return await self._ask("GET", "me", Me)

    async def speak(self, language: Language) -> Me:
        return await self._ask("PUT", "me/language", Me, NewLanguage(language=language))

    async def prove_password(self, current: SecretStr) -> PasswordProven:
        return await self._ask("POST", "me/password/proof", PasswordProven, CurrentPassword(current=current))

    async def change_password(self, new: SecretStr) -> PasswordChanged:
        return await self._ask("PUT", "me/password", PasswordChanged, NewPassword(new=new))

    async def login_history(self, after: str | None = None) -> HistoryPage:
        return await self._ask("GET", "me/login-history" + (f"?after={after}" if after else ""), HistoryPage)

    async def not_me(self, row: UUID) -> NotMeReported:
        return await self._ask("POST", f"me/login-history/{row}/not-me", NotMeReported)

    async def sessions(self) -> list[SessionRow]:
        return await self._ask("GET", "sessions", list[SessionRow])

    async def end_session(self, session: UUID) -> SessionsEnded:
        return await self._ask("DELETE", f"sessions/{session}", SessionsEnded)

    async def send_otp(self) -> OtpSent:
        return await self._ask("POST", "sessions/current/otp", OtpSent)

    async def prove_otp(self, code: SecretStr) -> OtpProven:
        return await self._ask("POST", "sessions/current/otp/answer", OtpProven, OtpAnswer(code=code))

    async def sign_out(self) -> SessionsEnded:
        return await self._ask("DELETE", "sessions/current", SessionsEnded)
