"""People in the registry."""

from tests.crashes.beginnings import is_signed_in
from tests.crashes.people import A_MINUTE, Somebody, Story, gives_code, presses, presses_first, says


async def somebody_is_to_be_found(one: Somebody) -> None:
    """A subject whom the person looks for."""
    one.lane.registry.subject()
    await is_signed_in(one)


async def anothers_is_to_be_found(one: Somebody) -> None:
    """The same, of another unit."""
    one.lane.registry.subject(area="00661")
    await is_signed_in(one)


async def looks_for_a_code(one: Somebody) -> None:
    """Save it, for which a code comes."""
    one.lane.turn(A_MINUTE)
    one.sms_seen = len(one.inbox())
    await one.press("💾 Lưu")


async def somebody_is_to_be_vaccinated(one: Somebody) -> None:
    """Under a plan that was made."""
    await somebody_is_to_be_found(one)
    await one.lives_through(PLAN)


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
REGISTER = Story(
    "a new subject",
    before=is_signed_in,
    begins=presses("➕ Thêm đối tượng"),
    does={
        "Nhập Họ và tên": says("nguyen van a"),
        "Nhập Ngày sinh": says("1/2/1990"),
        "Chọn Giới tính": presses("Nam"),
        "Nhập số CMT/CCCD/Hộ chiếu": says("001090123456"),
        "Nhập Điện thoại": says("0987654321"),
        "Chọn Nơi ở hiện tại": presses("📍 Xã Tứ Hiệp"),
        "Nhập số nhà": presses("Bỏ qua"),
        "Người giám hộ: –": presses("💾 Lưu"),
    },
    ends=("Đã thêm đối tượng",),
)
CORRECT = Story(
    "a correction of another unit's subject",
    before=anothers_is_to_be_found,
    begins=presses("🔎 Tra cứu đối tượng"),
    does={
        **LOOK_UP.does,
        "Xác nhận OTP": gives_code,
        "(trước: 01/02/1990)": looks_for_a_code,
        "Nhập Ngày sinh": says("2/2/1990"),
        "Sửa thông tin đối tượng": presses("Sửa Ngày sinh"),
        "Ngày sinh: 01/02/1990": presses("✏️ Sửa thông tin"),
    },
    ends=("Đã sửa thông tin đối tượng", "Ngày sinh: 02/02/1990"),
)
PLAN = Story(
    "a plan",
    before=is_signed_in,
    begins=presses("📅 Kế hoạch tiêm"),
    does={
        "Nhập Ngày tiêm": presses_first,
        "Nhập Địa điểm": presses_first,
        "Chọn Vắc xin": presses("💉 Janssen"),
        "Nhập Số lô": says("JN1"),
        "Dự kiến tiêm cho": says("50"),
        "Dự kiến: 50": presses("💾 Lưu"),
        "của đơn vị (0)": presses("➕ Thêm kế hoạch"),
    },
    ends=("Đã thêm kế hoạch tiêm",),
)
DOSE = Story(
    "a dose",
    before=somebody_is_to_be_vaccinated,
    begins=presses("🔎 Tra cứu đối tượng"),
    does={
        **LOOK_UP.does,
        "Chọn Kế hoạch tiêm": presses_first,
        "Mũi thứ: 1": presses("💾 Lưu mũi tiêm"),
        "Ngày sinh: 01/02/1990": presses("💉 Ghi mũi tiêm"),
    },
    ends=("Đã ghi mũi 1", "💉 Mũi 1: Janssen"),
)
STORIES = (LOOK_UP, REGISTER, CORRECT, PLAN, DOSE)
