"""The story's first chapter: a nurse without a phone number signs in, with everything that can go wrong."""

from models.rules import MAX_OTP_FAILURES, OTP_LOCK, RESEND_PAUSE
from simulator.person import Town
from trambot.demo.people import ACCOUNTS, PASSWORD
from trambot.story.player import Player, Tell
from trambot.story.stage import Stage

NURSE = next(account for account in ACCOUNTS if not account.knows_phone)


async def play(stage: Stage, tell: Tell) -> None:
    """First sign-in with phone and captcha; wrong OTPs to the lock; the wait; resend; success; history; sign out."""
    async with Town(stage.url) as town:
        nurse = Player(await town.person(NURSE.person.given_name), tell)
        tell("\n— A nurse whose account has no phone number signs in for the first time")
        await greet(nurse)
        await give_password(nurse)
        await give_phone(stage, nurse)
        tell("\n— She mistypes the code until it locks")
        await mistype(nurse, await nurse.receives_code())
        tell("\n— The right password does not help while it is locked")
        await meet_the_lock(nurse)
        tell(f"\n— {OTP_LOCK.seconds // 60} minutes later")
        stage.turn_clock(OTP_LOCK)
        await sign_in_after_the_lock(stage, nurse)
        tell("\n— She looks at her login history, and signs out")
        await look_back(nurse)


async def greet(nurse: Player) -> None:
    await nurse.says("/start")
    await nurse.hears("Chào mừng bạn")
    await nurse.presses("Đăng nhập")
    await nurse.hears("Tên đăng nhập")
    await nurse.says(NURSE.username)
    await nurse.hears("Mật khẩu")


async def give_password(nurse: Player) -> None:
    await nurse.says_secretly("wrong on purpose", "không đúng")
    await nurse.says_secretly(PASSWORD, "Cập nhật số điện thoại")


async def give_phone(stage: Stage, nurse: Player) -> None:
    await nurse.says("12345")
    await nurse.hears("không hợp lệ")
    await nurse.presses("📱 Chia sẻ số của tôi")
    await nurse.hears("Số điện thoại: ")
    await nurse.hears("Mã xác nhận")
    await nurse.says_secretly("?????", "Mã xác nhận không đúng")
    await nurse.hears("ký tự trong hình")
    await nurse.says_secretly(stage.captcha_answer(), "Xác nhận OTP")


async def mistype(nurse: Player, code: str) -> None:
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for left in range(MAX_OTP_FAILURES - 1, 0, -1):
        await nurse.says_secretly(wrong, f"còn {left} lần")
    await nurse.says_secretly(wrong, f"sai OTP {MAX_OTP_FAILURES} lần")


async def meet_the_lock(nurse: Player) -> None:
    await nurse.presses("Đăng nhập")
    await nurse.hears("Tên đăng nhập")
    await nurse.says(NURSE.username)
    await nurse.hears("Mật khẩu")
    await nurse.says_secretly(PASSWORD, "thử lại sau")


async def sign_in_after_the_lock(stage: Stage, nurse: Player) -> None:
    await nurse.presses("Đăng nhập")
    await nurse.hears("Tên đăng nhập")
    await nurse.says(NURSE.username)
    await nurse.hears("Mật khẩu")
    await nurse.says_secretly(PASSWORD, "Cập nhật số điện thoại")
    await nurse.says(NURSE.person.phone)
    await nurse.hears("Số điện thoại: ")
    await nurse.hears("Mã xác nhận")
    await nurse.says_secretly(stage.captcha_answer(), "Xác nhận OTP")
    old = await nurse.receives_code()
    await nurse.presses("Gửi lại mã OTP")
    await nurse.hears("Vui lòng đợi")
    stage.turn_clock(RESEND_PAUSE)
    await nurse.presses("Gửi lại mã OTP")
    await nurse.hears("Xác nhận OTP")
    new = await nurse.receives_code()
    if old != new:  # one time in a million they are the same
        await nurse.says_secretly(old, "không đúng")
    await nurse.says_secretly(new, rf"(?s)Đăng nhập thành công.*{NURSE.unit.name}")


async def look_back(nurse: Player) -> None:
    await nurse.presses("Lịch sử đăng nhập")
    await nurse.hears("đăng nhập thành công")
    await nurse.says("/menu")
    await nurse.hears("Bạn muốn làm gì")
    await nurse.presses("Đăng xuất")
    await nurse.hears("Đăng xuất khỏi")
    await nurse.presses("Đăng xuất")
    await nurse.hears("Đã đăng xuất")
