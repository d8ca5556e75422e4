"""One's own account: the login history, the open sessions, the password, the language."""

from tests.guide.camera import Set
from trambot.demo.people import PASSWORD
from trambot.story.add_user import ADMIN, sign_in


async def play(on: Set) -> None:
    """An admin looks at her account and changes her password."""
    async with on.phone_of(ADMIN.person.given_name) as admin:
        await sign_in(admin, ADMIN.username, PASSWORD)
        await admin.presses("Lịch sử đăng nhập")
        await admin.hears("đăng nhập thành công")
        await admin.picture("tai-khoan-lich-su")
        await admin.presses("🚫 Không phải tôi")
        await admin.hears("Lần đăng nhập nào")
        await admin.picture("tai-khoan-khong-phai-toi")
        await admin.says("/menu")
        await admin.hears("Bạn muốn làm gì")
        await admin.presses("Phiên đang mở")
        await admin.hears("Phiên")
        await admin.picture("tai-khoan-phien")
        await admin.says("/menu")
        await admin.hears("Bạn muốn làm gì")
        await admin.presses("Đổi mật khẩu")
        await admin.hears("mật khẩu hiện tại")
        await admin.says_secretly(PASSWORD, "mật khẩu mới")
        await admin.picture("tai-khoan-mat-khau")
