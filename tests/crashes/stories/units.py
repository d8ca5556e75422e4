"""Units and their contacts, as their keeper and their own admins look after them."""

from tests.api.test_import_units import HEADERS, HOSPITAL
from tests.crashes.beginnings import is_signed_in
from tests.crashes.people import Somebody, Story, presses, says

UNITS = presses("🏥 Quản lý đơn vị")
NAME = "Bệnh viện Mới"


async def sends_a_table(one: Somebody) -> None:
    """Of one unit."""
    await one.nurse.send_document("đơn vị.csv", f"{HEADERS}\n{HOSPITAL}".encode())


ADD_UNIT = Story(
    "a new unit",
    is_at_the_department=True,
    before=is_signed_in,
    begins=UNITS,
    does={
        "Danh sách đơn vị": presses("➕ Thêm mới đơn vị"),
        "Chọn khu vực": presses("✔ Thành phố Hà Nội"),
        "Chọn loại đơn vị": presses("Bệnh viện"),
        "Nhập tên đơn vị": says(NAME),
        "Thêm mới đơn vị": presses("💾 Lưu"),
    },
    ends=(f"Đã thêm đơn vị {NAME}",),
)
EDIT_UNIT = Story(
    "a unit that is renamed, closed and opened again",
    is_at_the_department=True,
    before=is_signed_in,
    begins=UNITS,
    does={
        "Đang lọc theo 1 điều kiện": presses("🏥 Trạm y tế xã Tứ Hiệp"),
        "Danh sách đơn vị": says("xa tu hiep"),
        "Nhập tên đơn vị": says(NAME),
        "có thể mở lại bất cứ lúc nào": presses("🔒 Đóng đơn vị này"),
        "Trạng thái: Đã đóng": presses("🔓 Mở lại đơn vị"),
        f"{NAME}\nLoại đơn vị": presses("🔒 Đóng đơn vị"),
        "Loại đơn vị": presses("✏ Sửa Tên đơn vị"),
    },
    ends=("Đã lưu thay đổi", f"Đã đóng đơn vị {NAME}"),
)
IMPORT_UNITS = Story(
    "units from a file",
    is_at_the_department=True,
    before=is_signed_in,
    begins=UNITS,
    does={"Danh sách đơn vị": presses("📥 Nhập từ tệp"), "Gửi tệp Excel": sends_a_table},
    ends=("Đã thêm: 1 đơn vị",),
)
CHANGE_CONTACT = Story(
    "a contact",
    before=is_signed_in,
    begins=presses("📇 Cán bộ đầu mối"),
    does={
        "nhập họ và tên": says("Trần Thị Mới"),
        "Nhập chức vụ": presses("Bỏ qua"),
        "Nhập số điện thoại": says("024 3825 3535"),
        "Nhập email": presses("Bỏ qua"),
        "Họ và tên: Trần Thị Mới": presses("💾 Lưu"),
        "chưa có thông tin": presses("✏ Cập nhật Cán bộ đầu mối"),
    },
    ends=("Mục Trợ giúp đã hiển thị",),
)
STORIES = (ADD_UNIT, EDIT_UNIT, IMPORT_UNITS, CHANGE_CONTACT)
