"""«Quản lý người dùng»: the list, its filters, a card, and adding somebody."""

from tests.guide.camera import Set
from trambot.demo.people import PASSWORD, STRANGER
from trambot.story.add_user import ADMIN, COLLEAGUE, FIRST_PASSWORD, sign_in


async def play(on: Set) -> None:
    """A commune admin adds a colleague and finds the account in the list."""
    async with on.phone_of(ADMIN.person.given_name) as admin:
        await sign_in(admin, ADMIN.username, PASSWORD)
        await admin.presses("👥 Quản lý người dùng")
        await admin.hears("Danh sách người dùng")
        await admin.picture("nguoi-dung-danh-sach")
        await admin.presses("➕ Thêm mới người dùng")
        await admin.hears("Tên đăng nhập")
        await admin.says(COLLEAGUE)
        await admin.hears("Điện thoại")
        await admin.says(STRANGER.phone)
        await admin.hears("Chọn địa bàn hoặc đơn vị")
        await admin.says("tram y te")
        await admin.hears("Vai trò")
        await admin.picture("nguoi-dung-vai-tro")
        await admin.presses("Admin Tiêm lưu động")
        await admin.hears("Mật khẩu")
        await admin.says_secretly(FIRST_PASSWORD, "Thêm mới người dùng")
        await admin.picture("nguoi-dung-xem-lai")
        await admin.presses("☐ Phân quyền API")
        await admin.hears("Phân quyền API: ☑")
        await admin.presses("💾 Lưu")
        await admin.hears("Bạn không được phép phân quyền cho người dùng")
        await admin.picture("nguoi-dung-khong-phan-quyen")
        await admin.presses("💾 Lưu, không phân quyền API")
        await admin.hears("Đã thêm người dùng")
        await admin.presses(f"👤 {COLLEAGUE}")
        await admin.hears(COLLEAGUE)
        await admin.picture("nguoi-dung-the")
