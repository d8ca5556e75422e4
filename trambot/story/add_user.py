"""The story's second chapter: a commune admin adds a colleague, and the colleague signs in for the first time."""

from simulator.person import Town
from trambot.demo.people import ACCOUNTS, PASSWORD, STRANGER
from trambot.story.player import Player, Tell
from trambot.story.stage import Stage

ADMIN = next(account for account in ACCOUNTS if account.username == "demo.tuhiep")
COLLEAGUE = "demo.dongnghiep"
FIRST_PASSWORD, OWN_PASSWORD = "mạ non xanh rì rào", "lúa chín vàng ruộng"


async def play(stage: Stage, tell: Tell) -> None:
    """Sign in; a new user, with the API permission that is refused (R10), saved without it; their first sign-in."""
    async with Town(stage.url) as town:
        admin = Player(await town.person(ADMIN.person.given_name), tell)
        colleague = Player(await town.person(STRANGER.given_name), tell)
        tell("\n— The admin of the commune signs in")
        await sign_in(admin, ADMIN.username, PASSWORD)
        tell("\n— She adds a colleague, and ticks what she may not grant")
        await add(admin)
        tell("\n— The colleague signs in for the first time, and chooses a password of his own")
        await sign_in(colleague, COLLEAGUE, FIRST_PASSWORD)
        await colleague.says_secretly(OWN_PASSWORD, "đổi mật khẩu|Mật khẩu đã")


async def sign_in(person: Player, username: str, password: str) -> None:
    await person.says("/start")
    await person.hears("Chào mừng bạn")
    await person.presses("Đăng nhập")
    await person.hears("Tên đăng nhập")
    await person.says(username)
    await person.hears("Mật khẩu")
    await person.says_secretly(password, "Xác nhận OTP")
    await person.says_secretly(await person.receives_code(), "Đăng nhập thành công")


async def add(admin: Player) -> None:
    await admin.presses("👥 Quản lý người dùng")
    await admin.hears("Danh sách người dùng")
    await admin.presses("➕ Thêm mới người dùng")
    await admin.hears("Tên đăng nhập")
    await admin.says(COLLEAGUE)
    await admin.hears("Điện thoại")
    await admin.says(STRANGER.phone)
    await admin.hears("Chọn địa bàn hoặc đơn vị")
    await admin.says("tram y te")
    await admin.hears("Vai trò")
    await admin.presses("Admin Tiêm lưu động")
    await admin.hears("Mật khẩu")
    await admin.says_secretly(FIRST_PASSWORD, "Thêm mới người dùng")
    await admin.presses("☐ Phân quyền API")
    await admin.hears("Phân quyền API: ☑")
    await admin.presses("💾 Lưu")
    await admin.hears(r"(?s)Bạn không được phép phân quyền cho người dùng\b.*không chọn «Phân quyền API»")
    await admin.presses("💾 Lưu, không phân quyền API")
    await admin.hears(rf"(?s)Đã thêm người dùng {COLLEAGUE}.*Danh sách người dùng.*{COLLEAGUE}")
