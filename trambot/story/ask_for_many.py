"""The story's chapter of a list: a commune's spreadsheet with two wrong rows, mended in chat and sent."""

from simulator.person import Town
from trambot.story.add_user import ADMIN
from trambot.story.ask_for_account import SUPERVISOR
from trambot.story.player import Player, Tell
from trambot.story.stage import Stage

COLLEAGUES = """\
Họ tên,Giới tính,Chức vụ,Email,Số điện thoại,Quyền đề nghị
Đỗ Thị Mẫu,Nữ,Điều dưỡng,mau@tramyte.vn,0912 000 201,nhập liệu
Lý Văn Thử,Nam,Y sĩ,,0912 000 202,"nhập liệu, cập nhật lịch sử mũi tiêm"
Hồ Thị Nháp,Nữ,Dược sĩ,nhap@,0912 000 203,nhập liệu
Tô Văn Nhầm,Nam,Y sĩ,,0712,quản lý thông tin đối tượng tiêm chủng
"""


async def play(stage: Stage, tell: Tell) -> None:
    """Right rows are kept, of the wrong ones only the wrong cells are asked for again, and all are sent at once."""
    async with Town(stage.url) as town:
        admin = Player(await town.person(ADMIN.person.given_name), tell)
        supervisor = Player(await town.person(SUPERVISOR.person.note), tell)
        tell("\n— The commune's admin has a spreadsheet of four more colleagues; two rows are wrong")
        await send_the_file(admin)
        tell("\n— What is wrong is mended in chat, and the list is sent")
        await mend(admin)
        await admin.presses("📨 Gửi các dòng sẵn sàng")
        await admin.hears("(?s)Đã gửi đề nghị cho 4 người")
        tell("\n— The supervisor sees all of them on the unit's card")
        await supervisor.hears(r"(?s)đề nghị cấp tài khoản. Đang chờ: \d+\b.*Đỗ Thị Mẫu")


async def send_the_file(admin: Player) -> None:
    await admin.says("/menu")
    await admin.hears("Bạn muốn làm gì")
    await admin.presses("📝 Đề nghị cấp tài khoản")
    await admin.hears("Đề nghị cấp tài khoản")
    await admin.presses("📋 Đề nghị cho nhiều người")
    await admin.hears("Gửi tệp Excel")
    await admin.sends_a_file("danh sách.csv", COLLEAGUES)
    await admin.hears("(?s)Sẵn sàng gửi: 2. Cần sửa: 2.")


async def mend(admin: Player) -> None:
    await admin.presses("✏️ Sửa từng dòng")
    await admin.hears("(?s)Hồ Thị Nháp.*Không phải địa chỉ email")
    await admin.presses("✏️ Sửa ô sai")
    await admin.hears("Email")
    await admin.says("nhap@tramyte.vn")
    await admin.hears("(?s)Tô Văn Nhầm.*Không phải số di động")
    await admin.presses("✏️ Sửa ô sai")
    await admin.hears("Số điện thoại")
    await admin.says("0912 000 204")
    await admin.hears("(?s)Sẵn sàng gửi: 4. Cần sửa: 0.")
