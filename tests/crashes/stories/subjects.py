"""People in the registry."""

from tests.crashes.beginnings import is_signed_in
from tests.crashes.people import Somebody, Story, presses, says


async def somebody_is_to_be_found(one: Somebody) -> None:
    """A subject whom the person looks for."""
    one.lane.registry.subject()
    await is_signed_in(one)


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
STORIES = (LOOK_UP, REGISTER)
