"""The story's chapter at the vaccination site: another unit's subject is corrected, and gets a dose once."""

from datetime import timedelta

from simulator.person import Town
from trambot.demo.people import ACCOUNTS, PASSWORD
from trambot.demo.subjects import SHOWN_NAME, SHOWN_PHONE
from trambot.story.add_user import ADMIN, sign_in
from trambot.story.player import Player, Tell
from trambot.story.stage import Stage

NURSE = next(account for account in ACCOUNTS if account.username == "demo.diemtiem")
CARD = "👤 1. N•• V•• M•• · 1990"
A_MINUTE = timedelta(seconds=61)


async def play(stage: Stage, tell: Tell) -> None:
    """An OTP for the birth date of a subject that the health station keeps; a plan; a dose, sent twice."""
    async with Town(stage.url) as town:
        nurse = Player(await town.person(NURSE.person.given_name), tell)
        keeper = Player(await town.person(ADMIN.person.given_name), tell)
        tell("\n— At the vaccination site, a nurse signs in and looks the man up whom the health station keeps")
        await nurse.has_read_all_sms()
        await sign_in(nurse, NURSE.username, PASSWORD)
        stage.turn_clock(A_MINUTE)
        await opens_the_man(nurse)
        tell("\n— His date of birth is wrong; another unit's subject wants an OTP for just that")
        await corrects_his_birth(nurse)
        tell("\n— The health station hears of it, without a word of whose particulars they are")
        await keeper.hears("đã sửa ngày sinh của một đối tượng do đơn vị bạn quản lý")
        tell("\n— The nurse makes a plan for today")
        await makes_a_plan(nurse)
        tell("\n— A dose over a bad network: nobody knows whether it was recorded, so it is sent again, and is one")
        await opens_the_man(nurse, has_draft=True)
        await town.fault("cut_after", "sendMessage")
        await chooses_the_plan(nurse)
        await nurse.presses("💾 Lưu mũi tiêm")
        await nurse.hears(r"(?s)Đã ghi mũi 1.*💉 Mũi 1: Janssen")
        await chooses_the_plan(nurse)
        await nurse.presses("Sửa Mũi thứ")
        await nurse.hears("Mũi thứ mấy")
        await nurse.presses("Mũi 1")
        await nurse.hears("Mũi thứ: 1")
        await nurse.presses("💾 Lưu mũi tiêm")
        await nurse.hears("Mũi 1 này đã được ghi trước đó; không ghi thêm")


async def opens_the_man(nurse: Player, *, has_draft: bool = False) -> None:
    await nurse.says("/menu")
    await nurse.hears("Bạn muốn làm gì")
    await nurse.presses("🔎 Tra cứu đối tượng")
    if has_draft:
        await nurse.hears("Tiếp tục bản nháp")
        await nurse.presses("Làm lại từ đầu")
    await nurse.hears("Gửi họ và tên kèm số điện thoại")
    await nurse.says(f"{SHOWN_NAME} 0{SHOWN_PHONE.removeprefix('+84')}")
    await nurse.hears("Kết quả tra cứu")
    await nurse.presses(CARD)
    await nurse.hears(SHOWN_NAME)


async def corrects_his_birth(nurse: Player) -> None:
    await nurse.presses("✏️ Sửa thông tin")
    await nurse.hears("Sửa thông tin đối tượng")
    await nurse.presses("Sửa Ngày sinh")
    await nurse.hears("Nhập Ngày sinh")
    await nurse.says("2/2/1990")
    await nurse.hears("(?s)02/02/1990 .trước: 01/02/1990")
    await nurse.has_read_all_sms()
    await nurse.presses("💾 Lưu")
    await nurse.hears("(?s)do đơn vị khác quản lý.*Xác nhận OTP")
    await nurse.says_secretly(await nurse.receives_code(), "(?s)Đã báo . người.*02/02/1990")


async def makes_a_plan(nurse: Player) -> None:
    await nurse.says("/menu")
    await nurse.hears("Bạn muốn làm gì")
    await nurse.presses("📅 Kế hoạch tiêm")
    await nurse.hears("Kế hoạch tiêm của đơn vị")
    await nurse.presses("➕ Thêm kế hoạch")
    day = await nurse.hears("Ngày tiêm")
    await nurse.presses(day.buttons[0])
    place = await nurse.hears("Địa điểm")
    await nurse.presses(place.buttons[0])
    await nurse.hears("Vắc xin")
    await nurse.presses("💉 Janssen")
    await nurse.hears("Số lô")
    await nurse.says("JN-1234")
    await nurse.hears("Dự kiến")
    await nurse.says("50")
    await nurse.hears("Dự kiến: 50")
    await nurse.presses("💾 Lưu")
    await nurse.hears("Đã thêm kế hoạch tiêm")


async def chooses_the_plan(nurse: Player) -> None:
    await nurse.presses("💉 Ghi mũi tiêm")
    plans = await nurse.hears("Chọn Kế hoạch tiêm")
    await nurse.presses(plans.buttons[0])
    await nurse.hears("Mũi thứ:")
