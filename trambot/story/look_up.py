"""The story's chapter at the health station: somebody is looked up by name alone, and then by name and phone."""

from simulator.person import Town
from trambot.demo.subjects import SHOWN_NAME, SHOWN_PHONE
from trambot.story.add_user import ADMIN
from trambot.story.player import Player, Tell
from trambot.story.stage import Stage


async def play(stage: Stage, tell: Tell) -> None:
    """The admin of the chapter before looks up: a name alone is refused; with a phone it finds two; one is opened."""
    async with Town(stage.url) as town:
        nurse = Player(await town.person(ADMIN.person.given_name), tell)
        tell("\n— Somebody has come to be vaccinated, and gives his name")
        await nurse.says("/menu")
        await nurse.hears("Bạn muốn làm gì")
        await nurse.presses("🔎 Tra cứu đối tượng")
        await nurse.hears("Gửi họ và tên kèm số điện thoại")
        await nurse.says(SHOWN_NAME)
        await nurse.hears("nhập thêm số điện thoại hoặc số CMT/CCCD/Hộ chiếu")
        tell("\n— His phone's number as well, in capitals, without accents")
        await nurse.says(f"NGUYEN VAN MAU 0{SHOWN_PHONE.removeprefix('+84')}")
        await nurse.hears(r"(?s)Kết quả tra cứu.*sinh năm 1990.*sinh năm 2015")
        await nurse.presses("👤 1. N•• V•• M•• · 1990")
        await nurse.hears(rf"(?s){SHOWN_NAME}.*01/02/1990.*CMT/CCCD/Hộ chiếu: ••• 456")
