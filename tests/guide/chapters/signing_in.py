"""Signing in: for the first time with a phone number and a captcha, and every day."""

from tests.guide.camera import Set
from trambot.demo.people import PASSWORD
from trambot.story.sign_in import NURSE


async def play(on: Set) -> None:
    """A nurse without a phone number signs in; she mistypes a code once."""
    async with on.phone_of(NURSE.person.given_name) as nurse:
        await nurse.says("/start")
        await nurse.hears("Chào mừng bạn")
        await nurse.picture("dang-nhap-bat-dau")
        await nurse.presses("Đăng nhập")
        await nurse.hears("Tên đăng nhập")
        await nurse.says(NURSE.username)
        await nurse.hears("Mật khẩu")
        await nurse.picture("dang-nhap-mat-khau")
        await nurse.says_secretly(PASSWORD, "Cập nhật số điện thoại")
        await nurse.picture("dang-nhap-so-dien-thoai")
        await nurse.presses("📱 Chia sẻ số của tôi")
        await nurse.hears("Số điện thoại: ")
        await nurse.hears("Mã xác nhận")
        await nurse.picture("dang-nhap-ma-xac-nhan")
        await nurse.says_secretly(on.stage.captcha_answer(), "Xác nhận OTP")
        code = await nurse.receives_code()
        await nurse.picture("dang-nhap-otp", with_sms=True)
        await nurse.says_secretly(f"{(int(code) + 1) % 1_000_000:06}", "còn 4 lần")
        await nurse.picture("dang-nhap-sai-otp")
        await nurse.says_secretly(code, "Đăng nhập thành công")
        await nurse.picture("dang-nhap-xong")
