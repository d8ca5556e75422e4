"""Users, as their admin manages them."""

from tests.crashes.beginnings import NEW_PASSWORD, has_a_colleague, is_signed_in
from tests.crashes.people import Story, presses, says, says_secret

ADD_USER = Story(
    "a new user",
    before=is_signed_in,
    begins=presses("👥 Quản lý người dùng"),
    does={
        "Tên đăng nhập của người dùng mới": says("demo.moi"),
        "Điện thoại di động": says("0987 654 321"),
        "Chọn Vai trò": presses("Admin Tiêm lưu động"),
        "Nhập Mật khẩu": says_secret(NEW_PASSWORD),
        "Mật khẩu: •": presses("💾 Lưu"),
        "Danh sách người dùng": presses("➕ Thêm mới người dùng"),
    },
    ends=("Đã thêm người dùng demo.moi",),
)
MANAGE_USER = Story(
    "a user who is edited and deleted",
    before=has_a_colleague,
    begins=presses("👥 Quản lý người dùng"),
    does={
        "Không thể khôi phục": presses("🗑 Xóa, tôi chắc chắn"),
        "Email: moi@tuhiep.vn\nPhân quyền API": presses("🗑 Xóa người dùng"),
        "(trước: –)": presses("💾 Lưu"),
        "Nhập Email": says("moi@tuhiep.vn"),
        "Sửa thông tin người dùng": presses("Sửa Email"),
        "Tên vai trò": presses("✏️ Sửa thông tin"),
        "Danh sách người dùng": presses("👤 demo.colleague"),
    },
    ends=("Đã xóa người dùng demo.colleague",),
)
STORIES = (ADD_USER, MANAGE_USER)
