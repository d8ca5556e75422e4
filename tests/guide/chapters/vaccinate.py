"""Working with subjects: a new one, a correction with an OTP, a plan, a dose."""

from tests.guide.camera import Set
from trambot.demo.people import PASSWORD
from trambot.story.add_user import ADMIN, sign_in
from trambot.story.vaccinate import A_MINUTE, NURSE, makes_a_plan, opens_the_man


async def play(on: Set) -> None:
    """A nurse of the vaccination site; the admin of the health station hears of the correction."""
    async with (
        on.phone_of(ADMIN.person.given_name) as keeper,
        on.phone_of(NURSE.person.given_name) as nurse,
    ):
        await sign_in(keeper, ADMIN.username, PASSWORD)
        await sign_in(nurse, NURSE.username, PASSWORD)
        on.stage.turn_clock(A_MINUTE)
        await nurse.presses("➕ Thêm đối tượng")
        await nurse.hears("Họ và tên")
        await nurse.says("trần thị mới")
        await nurse.hears("Ngày sinh")
        await nurse.says("1/2/1990")
        await nurse.hears("Giới tính")
        await nurse.presses("Nữ")
        await nurse.hears("CMT/CCCD/Hộ chiếu")
        await nurse.says("001190123456")
        await nurse.hears("Điện thoại")
        await nurse.says("0912 345 678")
        await nurse.hears("Nơi ở hiện tại")
        await nurse.presses("📍 Xã Tứ Hiệp")
        await nurse.hears("số nhà")
        await nurse.says("Thôn Cổ Điển A")
        await nurse.hears("Người giám hộ: –")
        await nurse.picture("doi-tuong-them")
        await nurse.presses("💾 Lưu")
        await nurse.hears("Đã thêm đối tượng")
        await makes_a_plan(nurse)
        await nurse.picture("ke-hoach-tiem")
        await opens_the_man(nurse)
        await nurse.presses("✏️ Sửa thông tin")
        await nurse.hears("Sửa thông tin đối tượng")
        await nurse.presses("Sửa Ngày sinh")
        await nurse.hears("Nhập Ngày sinh")
        await nurse.says("2/2/1990")
        await nurse.hears("(?s)02/02/1990 .trước: 01/02/1990")
        await nurse.picture("doi-tuong-sua")
        await nurse.has_read_all_sms()
        await nurse.presses("💾 Lưu")
        await nurse.hears("Xác nhận OTP")
        await nurse.picture("doi-tuong-otp")
        await nurse.says_secretly(await nurse.receives_code(), "Đã sửa thông tin đối tượng")
        await keeper.hears("đã sửa ngày sinh của một đối tượng")
        await keeper.picture("doi-tuong-hoan-tac")
        await nurse.presses("💉 Ghi mũi tiêm")
        plans = await nurse.hears("Chọn Kế hoạch tiêm")
        await nurse.presses(plans.buttons[0])
        await nurse.hears("Mũi thứ: 1")
        await nurse.picture("mui-tiem-ghi")
        await nurse.presses("💾 Lưu mũi tiêm")
        await nurse.hears("Đã ghi mũi 1")
        await nurse.picture("mui-tiem-the")
