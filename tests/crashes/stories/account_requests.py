"""Accounts that are asked for, granted or not, and made one's own."""

from tests.api.test_account_requests import wanted
from tests.crashes.beginnings import NEW_PASSWORD, boss, has_a_supervisor, is_signed_in, is_signed_in_by_api
from tests.crashes.people import Somebody, Story, presses, says, says_secret, says_username


async def was_asked_for_an_account(one: Somebody) -> None:
    """By a health station; the person is signed in."""
    await is_signed_in(one)
    api = await is_signed_in_by_api(one, one.lane.registry.account("+84912888888", username="demo.colleague"))
    await api.ask_for_account(await wanted(api))


async def was_asked_for_two_accounts(one: Somebody) -> None:
    """By a health station; the person is signed in."""
    await is_signed_in(one)
    api = await is_signed_in_by_api(one, one.lane.registry.account("+84912888888", username="demo.colleague"))
    await api.ask_for_account(await wanted(api))
    await api.ask_for_account(await wanted(api, full_name="Lê Thị Hai", phone="0987654322", email=None))


async def was_sent_an_activation_code(one: Somebody) -> None:
    """And nobody knows the account's password."""
    api = await is_signed_in_by_api(one, boss(one))
    await api.send_activation(one.staff.id)


async def gives_activation_code(one: Somebody) -> None:
    """The code of the SMS."""
    await one.say_secret(await one.nurse.last_code())


async def puts_a_right_on(one: Somebody) -> None:
    """One is enough."""
    [*_, newest] = one.heard()
    await one.press("✔ Xong" if "✔ Xong" in newest.buttons else "☐ nhập liệu")


ASK_AND_WITHDRAW = Story(
    "an account that is asked for and withdrawn",
    before=has_a_supervisor,
    begins=presses("📝 Đề nghị cấp tài khoản"),
    does={
        "Nhập Họ tên": says("Trần Thị Mới"),
        "Chọn Giới tính": presses("Nữ"),
        "Nhập Chức vụ": says("Điều dưỡng"),
        "Nhập Số điện thoại": says("0987 654 321"),
        "Nhập Email": presses("Không có email"),
        "Chọn các quyền": puts_a_right_on,
        "Rút đề nghị cấp tài khoản cho": presses("↩️ Rút đề nghị"),
        "Gửi lúc": presses("↩️ Rút đề nghị"),
        "Quyền đề nghị": presses("📨 Gửi đề nghị"),
        "1. Trần Thị Mới": presses("👤 Trần Thị Mới"),
        "Đề nghị cấp tài khoản (0)": presses("➕ Đề nghị cho một người"),
    },
    ends=("Đã báo 1 đầu mối", "Đã rút đề nghị cho Trần Thị Mới"),
)
APPROVE = Story(
    "a request that is approved",
    is_at_the_department=True,
    before=was_asked_for_an_account,
    begins=presses("✍️ Xem và quyết định"),
    does={"Vai trò sẽ cấp": presses("✅ Duyệt")},
    ends=("Đã duyệt: Trần Thị Mới",),
)
REJECT = Story(
    "a request that is rejected",
    is_at_the_department=True,
    before=was_asked_for_an_account,
    begins=presses("🗂 Rà soát đề nghị cấp tài khoản"),
    does={
        "Đang chờ: 1": presses("👤 Trần Thị Mới"),
        "Vai trò sẽ cấp": presses("❌ Từ chối"),
        "Vì sao từ chối": says("Đã có tài khoản."),
    },
    ends=("Đã từ chối đề nghị cho Trần Thị Mới",),
)
APPROVE_ALL = Story(
    "requests that are approved all at once",
    is_at_the_department=True,
    before=was_asked_for_two_accounts,
    begins=presses("🗂 Rà soát đề nghị cấp tài khoản"),
    does={
        "Mỗi người được cấp": presses("✅ Duyệt tất cả"),
        "Để chờ: 0": presses("✅ Xác nhận"),
        "Đang xử lý": presses("▶ Tiếp tục"),
        "Đang chờ: 2": presses("✅ Duyệt tất cả…"),
    },
    ends=("Đã xử lý 2/2 đề nghị",),
)
ACTIVATE = Story(
    "an activation",
    before=was_sent_an_activation_code,
    begins=says("/start"),
    does={
        "Vui lòng đăng nhập để làm việc": presses("🔑 Kích hoạt tài khoản"),
        "Tên đăng nhập trong tin nhắn kích hoạt": says_username,
        "nhập mã kích hoạt": gives_activation_code,
        "mật khẩu của riêng bạn": says_secret(NEW_PASSWORD),
    },
    ends=("Tài khoản demo.nurse đã được kích hoạt",),
)
STORIES = (ASK_AND_WITHDRAW, APPROVE, REJECT, APPROVE_ALL, ACTIVATE)
