"""«Tra cứu đối tượng»: whom to look for, those found, and one of them."""

from tests.guide.camera import Set
from trambot.demo.people import PASSWORD
from trambot.demo.subjects import SHOWN_NAME
from trambot.story.add_user import ADMIN, sign_in


async def play(on: Set) -> None:
    """A name alone is refused; with a phone it finds two of one name; one is opened."""
    async with on.phone_of(ADMIN.person.given_name) as nurse:
        await sign_in(nurse, ADMIN.username, PASSWORD)
        await nurse.presses("🔎 Tra cứu đối tượng")
        await nurse.hears("Gửi họ và tên kèm số điện thoại")
        await nurse.says(SHOWN_NAME)
        await nurse.hears("nhập thêm số điện thoại hoặc số CMT/CCCD/Hộ chiếu")
        await nurse.picture("tra-cuu-thieu-so")
        await nurse.says("nguyen van mau 0987 654 321")
        await nurse.hears("Kết quả tra cứu")
        await nurse.picture("tra-cuu-ket-qua")
        await nurse.presses("👤 1. N•• V•• M•• · 1990")
        await nurse.hears("01/02/1990")
        await nurse.picture("tra-cuu-the")
