"""The story's chapter of a request: a commune asks, the department approves, a new colleague activates the account."""

import re

from models.rules import FRESH_OTP
from simulator.person import Town
from trambot.demo.people import ACCOUNTS, PASSWORD
from trambot.story.add_user import ADMIN, sign_in
from trambot.story.player import Player, Tell
from trambot.story.stage import Stage

SUPERVISOR = next(account for account in ACCOUNTS if account.username == "demo.soyte.hn")
NEWCOMER, PHONE = "Tạ Thị Minh Chứng", "+84900000098"
OWN_PASSWORD = "nắng vàng trên đồng lúa"  # noqa: S105 - the story's


async def play(stage: Stage, tell: Tell) -> None:
    """One person is asked for; the supervisor decides from the notice, with a fresh OTP; the SMS opens the account."""
    async with Town(stage.url) as town:
        admin = Player(await town.person(ADMIN.person.given_name), tell)
        supervisor = Player(await town.person(SUPERVISOR.person.note), tell)
        newcomer = Player(await town.newcomer(NEWCOMER, phone=PHONE), tell)
        tell("\n— The department's supervisor signs in")
        await sign_in(supervisor, SUPERVISOR.username, PASSWORD)
        tell("\n— The commune's admin asks for an account for a colleague")
        await ask(admin)
        tell("\n— The supervisor decides, some time later")
        stage.turn_clock(FRESH_OTP)
        username = await approve(supervisor)
        tell("\n— The admin hears of it")
        await admin.hears(rf"(?s)Đề nghị cấp tài khoản cho {NEWCOMER}.*đã được duyệt.*{username}")
        tell("\n— The new colleague activates the account with the code from the SMS, and signs in")
        await activate(newcomer, username)


async def ask(admin: Player) -> None:
    await admin.says("/menu")
    await admin.hears("Bạn muốn làm gì")
    await admin.presses("📝 Đề nghị cấp tài khoản")
    await admin.hears("Đề nghị cấp tài khoản")
    await admin.presses("➕ Đề nghị cho một người")
    await admin.hears("Chọn địa bàn hoặc đơn vị")
    await admin.says("tram y te")
    await admin.hears("Họ tên")
    await admin.says(NEWCOMER)
    await admin.hears("Giới tính")
    await admin.presses("Nữ")
    await admin.hears("Chức vụ")
    await admin.says("Điều dưỡng")
    await admin.hears("Số điện thoại")
    await admin.says(PHONE)
    await admin.hears("Email")
    await admin.presses("Không có email")
    await admin.hears("các quyền")
    await admin.presses("☐ nhập liệu")
    await admin.hears("các quyền")
    await admin.presses("✔ Xong")
    await admin.hears(NEWCOMER)
    await admin.presses("📨 Gửi đề nghị")
    await admin.hears(rf"(?s)Đã gửi đề nghị cấp tài khoản cho {NEWCOMER}")


async def approve(supervisor: Player) -> str:
    """From the notice; the name that the account has got."""
    await supervisor.hears(rf"(?s)đề nghị cấp tài khoản.*{NEWCOMER}")
    await supervisor.presses("✍️ Xem và quyết định")
    await supervisor.hears(f"(?s){NEWCOMER}.*Vai trò sẽ cấp")
    await supervisor.presses("✅ Duyệt")
    await supervisor.hears("Xác nhận OTP")
    done = await supervisor.says_secretly(await supervisor.receives_code(), f"Đã duyệt: {NEWCOMER}")
    found = re.search(r"tên đăng nhập (\S+),", done.text)
    if found is None:
        raise LookupError("the answer names no username")
    return found[1]


async def activate(newcomer: Player, username: str) -> None:
    await newcomer.says("/start")
    await newcomer.hears("Chào mừng bạn")
    code = await newcomer.receives_code(r"(?<!\d)\d{8}(?!\d)")
    await newcomer.presses("🔑 Kích hoạt tài khoản")
    await newcomer.hears("Tên đăng nhập")
    await newcomer.says(username)
    await newcomer.hears("mã kích hoạt")
    await newcomer.says_secretly(code, "mật khẩu của riêng bạn")
    await newcomer.says_secretly(OWN_PASSWORD, "đã được kích hoạt")
    await sign_in(newcomer, username, OWN_PASSWORD)
