"""«Quản lý đơn vị»: the list, a new unit, and its card."""

from tests.guide.camera import Set
from trambot.demo.people import ACCOUNTS, PASSWORD
from trambot.story.add_user import sign_in

ADMIN = next(account for account in ACCOUNTS if account.username == "demo.soyte.hn")

ROWS = """Tên đơn vị,Loại đơn vị,Tỉnh/TP,Quận/Huyện,Phường/Xã
Điểm tiêm nhà văn hóa Ngũ Hiệp,Cơ sở tiêm,Hà Nội,Thanh Trì,Ngũ Hiệp
Điểm tiêm trường Tứ Hiệp,Cơ sở tiêm,Hà Nội,Thanh Trì,Tứ Hiêp 2
"""


async def play(on: Set) -> None:
    """A province admin finds a commune's units and adds a vaccination site."""
    async with on.phone_of(ADMIN.person.note) as admin:
        await sign_in(admin, ADMIN.username, PASSWORD)
        await admin.presses("🏥 Quản lý đơn vị")
        await admin.hears("Danh sách đơn vị")
        await admin.says("tu hiep")
        await admin.hears("Danh sách đơn vị")
        await admin.picture("don-vi-danh-sach")
        await admin.presses("➕ Thêm mới đơn vị")
        await admin.hears("Thành phố Hà Nội")
        await admin.says("thanh tri")
        await admin.hears("Huyện Thanh Trì")
        await admin.picture("don-vi-khu-vuc")
        await admin.says("tu hiep")
        await admin.hears("loại đơn vị")
        await admin.presses("Cơ sở tiêm")
        await admin.hears("tên đơn vị")
        await admin.says("Điểm tiêm lưu động xã Tứ Hiệp")
        await admin.hears("Thêm mới đơn vị")
        await admin.picture("don-vi-xem-lai")
        await admin.presses("💾 Lưu")
        await admin.hears("Người dùng đang hiệu lực")
        await admin.picture("don-vi-the")
        await admin.presses("⬅ Danh sách đơn vị")
        await admin.hears("Danh sách đơn vị")
        await admin.presses("📥 Nhập từ tệp")
        await admin.hears("Nhập đơn vị từ tệp")
        await admin.picture("don-vi-nhap-tep")
        await admin.sends_file("don-vi.csv", ROWS.encode())
        await admin.hears("Những dòng đúng đã được lưu")
        await admin.picture("don-vi-dong-sai")
