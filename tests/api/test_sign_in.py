"""Signing in with username, password and OTP."""

from pydantic import SecretStr

from models.words import SmsOutcome
from tests.api.hands import Town, signed_in


async def test_R01_username_password_and_otp_open_a_session(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await chat.start_sign_in(staff.username, staff.password)
    assert begun.otp
    assert begun.otp.sms is SmsOutcome.SENT
    assert begun.otp.phone_hint == "09•• ••• 678"
    session = await chat.confirm_otp(begun.id, begun.token, SecretStr(town.inbox.last_code()))
    me = await signed_in(chat, session).me()
    assert me == session.me
    assert (me.username, me.full_name, me.phone_hint) == (staff.username, "Nguyễn Văn Demo", "09•• ••• 678")
    assert me.unit.area == ["Xã Tứ Hiệp", "Huyện Thanh Trì", "Thành phố Hà Nội"]
