"""Captcha, password, first phone, OTP (R1, R3, R4)."""

from uuid import UUID

from pydantic import SecretStr

from api.client.wire import Wire
from api.schemas.signing_in import (
    CaptchaAnswer,
    CaptchaMade,
    CaptchaSolved,
    Credentials,
    FirstPhone,
    OtpAnswer,
    OtpSent,
    SessionOpened,
    SignInStarted,
)


class SigningIn(Wire):
    """Captcha, password, first phone, OTP (R1, R3, R4)."""

    async def make_captcha(self) -> CaptchaMade:
        return await self._ask("POST", "captchas", CaptchaMade)

    async def captcha_picture(self, captcha: UUID) -> bytes:
        """The captcha's picture, PNG."""
        return await self._send("GET", f"captchas/{captcha}/picture", None, self.token)

    async def solve_captcha(self, captcha: UUID, answer: SecretStr) -> CaptchaSolved:
        body = CaptchaAnswer(answer=answer)
        return await self._ask("POST", f"captchas/{captcha}/answer", CaptchaSolved, body)

    async def start_sign_in(self, username: str, password: SecretStr, captcha: UUID | None = None) -> SignInStarted:
        credentials = Credentials(username=username, password=password, captcha=captcha)
        return await self._ask("POST", "sign-ins", SignInStarted, credentials)

    async def give_phone(self, sign_in: UUID, token: str, phone: str, captcha: UUID) -> OtpSent:
        body = FirstPhone(phone=phone, captcha=captcha)
        return await self._ask("POST", f"sign-ins/{sign_in}/phone", OtpSent, body, token)

    async def resend_otp(self, sign_in: UUID, token: str) -> OtpSent:
        return await self._ask("POST", f"sign-ins/{sign_in}/otp/resend", OtpSent, None, token)

    async def confirm_otp(self, sign_in: UUID, token: str, code: SecretStr) -> SessionOpened:
        return await self._ask("POST", f"sign-ins/{sign_in}/otp", SessionOpened, OtpAnswer(code=code), token)
