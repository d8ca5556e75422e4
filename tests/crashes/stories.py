"""The stories that are told while processes die: what somebody reads, and what they do then."""

from pydantic import SecretStr

from models.roles import Role
from models.words import UnitKind
from tests.api.hands import CODE, PASSWORD, Staff
from tests.crashes.people import (
    Somebody,
    Story,
    asks_for_another_code,
    gives_code,
    gives_phone,
    presses,
    presses_first,
    reads_captcha,
    says,
    says_password,
    says_secret,
    says_username,
)

NEW_PASSWORD = SecretStr("Sen hồng đầu hạ")
HANOI = "01"


async def nothing(one: Somebody) -> None:
    """Nothing has happened yet."""


async def was_sent_a_code(one: Somebody) -> None:
    """And has not given it."""
    await one.follow(SIGN_IN.does, ("Xác nhận OTP",), begins=SIGN_IN.begins)


async def is_signed_in(one: Somebody) -> None:
    """Here, and in another chat."""
    await is_signed_in_by_api(one, one.staff)
    await one.lives_through(SIGN_IN)


async def somebody_is_to_be_found(one: Somebody) -> None:
    """A subject whom the person looks for."""
    one.lane.registry.subject()
    await is_signed_in(one)


async def has_a_supervisor(one: Somebody) -> None:
    """Who is signed in, as the person is."""
    role, kind = Role.PROVINCE_ADMIN, UnitKind.DEPARTMENT_OF_HEALTH
    boss = one.lane.account("demo.boss", "+84912999999", role=role, kind=kind, area=HANOI)
    await is_signed_in_by_api(one, boss)
    await is_signed_in(one)


async def has_a_colleague(one: Somebody) -> None:
    """At the same unit; the person is signed in."""
    one.lane.account("demo.colleague", "+84912888888")
    await is_signed_in(one)


async def is_signed_in_by_api(one: Somebody, staff: Staff) -> None:
    """That account is signed in in the chat of somebody else."""
    other = await one.lane.play.newcomer("Demo")
    one.others.append(other)
    one.lane.town.chats[other.id].standing = "member"
    api = one.lane.api.by(chat=other.id, token=None, language="vi")
    begun = await api.start_sign_in(staff.username, PASSWORD)
    [*_, sms] = one.lane.town.sms.inbox(staff.phone or "")
    await api.confirm_otp(begun.id, begun.token, SecretStr(CODE.findall(sms.text)[0]))


SIGN_IN = Story(
    "a sign-in",
    before=nothing,
    begins=says("/start"),
    does={
        "Vui lòng đăng nhập để làm việc": presses("Đăng nhập"),
        "nhập Tên đăng nhập": says_username,
        "nhập Mật khẩu": says_password,
        "Xác nhận OTP": gives_code,
    },
    ends=("Bạn muốn làm gì",),
)
FIRST_PHONE = Story(
    "a first phone",
    has_phone=False,
    before=nothing,
    begins=SIGN_IN.begins,
    does={"Nhập số di động": gives_phone, "ký tự trong hình": reads_captcha, **SIGN_IN.does},
    ends=SIGN_IN.ends,
)
RESEND = Story(
    "another OTP",
    before=was_sent_a_code,
    begins=asks_for_another_code,
    does=SIGN_IN.does,
    ends=SIGN_IN.ends,
)
CHANGE_PASSWORD = Story(
    "a change of password",
    before=is_signed_in,
    begins=presses("Đổi mật khẩu"),
    does={"mật khẩu hiện tại": says_secret(PASSWORD), "mật khẩu mới": says_secret(NEW_PASSWORD)},
    ends=("Đã đổi mật khẩu",),
)
NOT_ME = Story(
    "a report and a new password",
    before=has_a_supervisor,
    begins=presses("Lịch sử đăng nhập"),
    does={
        "Lịch sử đăng nhập": presses("🚫 Không phải tôi"),
        "Lần đăng nhập nào": presses_first,
        "Tất cả phiên đăng nhập": presses("🚫 Không phải tôi, kết thúc tất cả phiên"),
        "nhập mật khẩu mới": says_secret(NEW_PASSWORD),
        **SIGN_IN.does,
    },
    ends=("Đã kết thúc 2 phiên", "Đã đổi mật khẩu"),
)
END_SESSION = Story(
    "the end of another session",
    before=is_signed_in,
    begins=presses("Phiên đang mở"),
    does={"Bấm vào phiên cần kết thúc": presses_first},
    ends=("Đã kết thúc phiên",),
)
SIGN_OUT = Story(
    "a sign-out",
    before=is_signed_in,
    begins=presses("Đăng xuất"),
    does={"Lần sau bạn cần mã OTP mới": presses("Đăng xuất")},
    ends=("Đã đăng xuất",),
)
LOOK_UP = Story(
    "a look-up",
    before=somebody_is_to_be_found,
    begins=presses("🔎 Tra cứu đối tượng"),
    does={
        "Gửi họ và tên kèm số điện thoại": says("NGUYEN VAN A 0987654321"),
        "Kết quả tra cứu": presses("👤 1. N•• V•• A•• · 1990"),
    },
    ends=("Ngày sinh: 01/02/1990",),
)
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
STORIES = (SIGN_IN, FIRST_PHONE, RESEND, CHANGE_PASSWORD, NOT_ME, END_SESSION, SIGN_OUT, LOOK_UP, ADD_USER, MANAGE_USER)
