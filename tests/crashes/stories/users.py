"""Users, as their admin manages them."""

from models.rules import MAX_OTP_STREAK
from tests.api.test_account_requests import wanted
from tests.crashes.beginnings import (
    NEW_PASSWORD,
    colleague,
    gave_an_otp_long_ago,
    has_a_colleague,
    is_signed_in,
    is_signed_in_by_api,
)
from tests.crashes.people import (
    Act,
    Somebody,
    Story,
    gives_code,
    presses,
    presses_for_a_code,
    says,
    says_secret,
    says_secret_for_a_code,
)

USERS = presses("👥 Quản lý người dùng")
TO_THE_COLLEAGUE: dict[str, Act] = {"Danh sách người dùng": presses("👤 demo.colleague")}
TO_A_CODE: dict[str, Act] = {
    "Vui lòng bấm nút bên dưới khi hết thời gian chờ": presses_for_a_code("📨 Gửi mã OTP"),
    "Xác nhận OTP": gives_code,
}


async def has_a_colleague_without_otp(one: Somebody) -> None:
    """Who guessed too often in a row."""
    owner = one.lane.registry.owner
    owner.execute("ALTER TABLE otp_guard DISABLE TRIGGER USER")
    owner.execute("UPDATE otp_guard SET streak = %s WHERE account_id = %s", [MAX_OTP_STREAK, colleague(one).id])
    owner.execute("ALTER TABLE otp_guard ENABLE TRIGGER USER")
    await is_signed_in(one)


async def has_a_colleague_who_asked(one: Somebody) -> None:
    """For an account for somebody else; nobody has decided yet."""
    api = await is_signed_in_by_api(one, colleague(one))
    await api.ask_for_account(await wanted(api))
    await is_signed_in(one)


ADD_USER = Story(
    "a new user",
    before=is_signed_in,
    begins=USERS,
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
    begins=USERS,
    does={
        "Không thể khôi phục": presses("🗑 Xóa, tôi chắc chắn"),
        "Email: moi@tuhiep.vn\nPhân quyền API": presses("🗑 Xóa người dùng"),
        "(trước: –)": presses("💾 Lưu"),
        "Nhập Email": says("moi@tuhiep.vn"),
        "Sửa thông tin người dùng": presses("Sửa Email"),
        "Tên vai trò": presses("✏️ Sửa thông tin"),
        **TO_THE_COLLEAGUE,
    },
    ends=("Đã xóa người dùng demo.colleague",),
)
DEACTIVATE = Story(
    "a user who is made inactive and active again",
    before=has_a_colleague,
    begins=USERS,
    does={
        "Người dùng bị đăng xuất ngay": presses("⛔ Ngừng hiệu lực"),
        "Trạng thái: Hết hiệu lực": presses("✅ Cho hiệu lực trở lại"),
        "Tên vai trò": presses("⛔ Ngừng hiệu lực"),
        **TO_THE_COLLEAGUE,
    },
    ends=("demo.colleague đã hết hiệu lực", "demo.colleague có hiệu lực trở lại"),
)
END_THEIR_SESSIONS = Story(
    "the end of a user's sessions",
    before=has_a_colleague,
    begins=USERS,
    does={
        "Kết thúc mọi phiên đăng nhập": presses("🚪 Kết thúc các phiên"),
        "Tên vai trò": presses("🚪 Kết thúc các phiên"),
        **TO_THE_COLLEAGUE,
    },
    ends=("Đã kết thúc 1 phiên của demo.colleague",),
)
RESET_PASSWORD = Story(
    "a password that is reset",
    before=gave_an_otp_long_ago,
    begins=USERS,
    does={
        "Mật khẩu tạm thời": says_secret_for_a_code(NEW_PASSWORD),
        "Tên vai trò": presses("🔑 Đặt lại mật khẩu"),
        **TO_THE_COLLEAGUE,
        **TO_A_CODE,
    },
    ends=("Đã đặt lại mật khẩu của demo.colleague",),
)
ENABLE_OTP = Story(
    "an OTP that works again",
    before=has_a_colleague_without_otp,
    begins=USERS,
    does={
        "Hãy chắc chắn rằng chính người dùng đã yêu cầu": presses("🔓 Mở lại xác nhận OTP"),
        "Tên vai trò": presses("🔓 Mở lại xác nhận OTP"),
        **TO_THE_COLLEAGUE,
    },
    ends=("Đã mở lại xác nhận OTP cho demo.colleague",),
)
LOST_SIM = Story(
    "a lost SIM",
    before=gave_an_otp_long_ago,
    begins=USERS,
    does={
        "không ai đăng nhập được cho đến khi": presses_for_a_code("📵 Tạm khóa"),
        "số hiện nay của demo.colleague?": presses("📱 Đúng, cập nhật"),
        "hiện nay của demo.colleague": says("0987 654 321"),
        "Trạng thái: Hết hiệu lực": presses("📱 Cập nhật số mới"),
        "Tên vai trò": presses("📵 Mất SIM / đổi máy"),
        **TO_THE_COLLEAGUE,
        **TO_A_CODE,
    },
    ends=("Đã tạm khóa demo.colleague", "Đã cập nhật số 0987 654 321 cho demo.colleague", "được báo bằng SMS"),
)
EXPORT = Story(
    "a list that is taken away",
    before=gave_an_otp_long_ago,
    begins=USERS,
    does={
        "việc xuất được ghi lại": presses_for_a_code("📄 Xuất"),
        "Danh sách người dùng": presses("📄 Xuất Excel"),
        **TO_A_CODE,
    },
    ends=("Danh sách 2 người dùng",),
)
HAND_OVER = Story(
    "work that is handed over",
    before=has_a_colleague_who_asked,
    begins=USERS,
    does={
        "Ai nhận bàn giao": presses("👤 demo.nurse"),
        "Thực hiện bàn giao": presses("🤝 Bàn giao"),
        "Tên vai trò": presses("🤝 Bàn giao"),
        **TO_THE_COLLEAGUE,
    },
    ends=("đã chuyển 1 đề nghị đang chờ",),
)
STORIES = (
    ADD_USER,
    MANAGE_USER,
    DEACTIVATE,
    END_THEIR_SESSIONS,
    RESET_PASSWORD,
    ENABLE_OTP,
    LOST_SIM,
    EXPORT,
    HAND_OVER,
)
