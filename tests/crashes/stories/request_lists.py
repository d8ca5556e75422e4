"""A list of people who are asked for together."""

from tests.api.test_list_files import HOA, LAN, SAI, table
from tests.crashes.beginnings import has_a_supervisor
from tests.crashes.people import Somebody, Story, presses, says


async def sends_a_list(one: Somebody) -> None:
    """Of two who are right, and one whose address is wrong."""
    await one.nurse.send_document("danh sách.csv", table(HOA, LAN, SAI))


A_LIST = Story(
    "a list",
    before=has_a_supervisor,
    begins=presses("📝 Đề nghị cấp tài khoản"),
    does={
        "Đề nghị cấp tài khoản (0)": presses("📋 Đề nghị cho nhiều người"),
        "Gửi tệp Excel": sends_a_list,
        "Cần sửa: 1": presses("✏️ Sửa từng dòng"),
        "Nhập Email": says("sai@tramyte.vn"),
        "Dòng 3": presses("✏️ Sửa ô sai"),
        "Sẵn sàng gửi: 3": presses("📨 Gửi các dòng sẵn sàng"),
    },
    ends=("Đã gửi đề nghị cho 3 người",),
)
STORIES = (A_LIST,)
