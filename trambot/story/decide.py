"""The story's chapter of a decision on many: the supervisor approves all but one, who is rejected for a reason."""

from models.rules import FRESH_OTP
from simulator.person import Town
from trambot.story.add_user import ADMIN
from trambot.story.ask_for_account import SUPERVISOR
from trambot.story.player import Player, Tell
from trambot.story.stage import Stage

PEOPLE = {"Mai Thị Duyệt Một": "+84900000095", "Mai Thị Duyệt Hai": "+84900000096", "Mai Thị Trùng": "+84900000097"}
REJECTED, WHY = "Mai Thị Trùng", "Đã có tài khoản ở đơn vị khác"


async def play(stage: Stage, tell: Tell) -> None:
    """The commune asks for three; the supervisor has one card of it, from which all but one are approved."""
    async with Town(stage.url) as town:
        admin = Player(await town.person(ADMIN.person.given_name), tell)
        supervisor = Player(await town.person(SUPERVISOR.person.note), tell)
        tell("\n— The commune's admin asks for three more")
        for name, phone in PEOPLE.items():
            await ask(admin, name, phone)
        tell("\n— The supervisor approves all but one, some time later")
        stage.turn_clock(FRESH_OTP)
        await supervisor.has_read_all_sms()
        await approve_all_but_one(supervisor)
        tell("\n— The admin hears of each of them")
        await admin.hears(rf"(?s){REJECTED}.*bị từ chối. Lý do: {WHY}")


async def ask(admin: Player, name: str, phone: str) -> None:
    await admin.says("/menu")
    await admin.hears("Bạn muốn làm gì")
    await admin.presses("📝 Đề nghị cấp tài khoản")
    await admin.hears("Đề nghị cấp tài khoản")
    await admin.presses("➕ Đề nghị cho một người")
    await admin.hears("Chọn địa bàn hoặc đơn vị")
    await admin.says("tram y te")
    await admin.hears("Họ tên")
    await admin.says(name)
    await admin.hears("Giới tính")
    await admin.presses("Nữ")
    await admin.hears("Chức vụ")
    await admin.says("Y sĩ")
    await admin.hears("Số điện thoại")
    await admin.says(phone)
    await admin.hears("Email")
    await admin.presses("Không có email")
    await admin.hears("các quyền")
    await admin.presses("☐ nhập liệu")
    await admin.hears("các quyền")
    await admin.presses("✔ Xong")
    await admin.hears(name)
    await admin.presses("📨 Gửi đề nghị")
    await admin.hears(rf"(?s)Đã gửi đề nghị cấp tài khoản cho {name}")


async def approve_all_but_one(supervisor: Player) -> None:
    """From the card of the unit, by the list; the OTP comes once, and then all are decided on by themselves."""
    await supervisor.hears(rf"(?s)đề nghị cấp tài khoản. Đang chờ: \d\b.*{REJECTED}")
    await supervisor.presses("📋 Xem đề nghị của đơn vị")
    await supervisor.hears("Đang chờ: 3")
    await supervisor.presses("✅ Duyệt tất cả…")
    await supervisor.hears("(?s)Duyệt tất cả.*Đang chờ: 3")
    await supervisor.presses("☑ Duyệt tất cả, trừ…")
    await supervisor.hears("không duyệt")
    await supervisor.presses(f"☐ {REJECTED} · Trạm y tế xã Tứ Hiệp")
    await supervisor.hears("Đã chọn: 1")
    await supervisor.presses("✔ Xong")
    await supervisor.hears("Vì sao từ chối")
    await supervisor.says(WHY)
    await supervisor.hears("(?s)Duyệt: 2.*Từ chối: 1")
    await supervisor.presses("✅ Xác nhận")
    await supervisor.hears("Đang xử lý: 0/3")
    await supervisor.hears("Xác nhận OTP")
    await supervisor.says_secretly(await supervisor.receives_code(), "Đã xử lý 3/3 đề nghị")
