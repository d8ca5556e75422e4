"""Signing in through everything there is: Telegram, the bot, the service, the database, the SMS gateway."""

from simulator.person import Person
from tests.bot.hands import Service, sign_in


async def test_R01_one_signs_in_by_name_password_and_otp(signing_bot: None, service: Service, nurse: Person) -> None:
    staff, before = service.registry.account(phone=nurse.phone), len(await nurse.inbox())
    menu = await sign_in(nurse, staff)
    assert "Nguyễn Văn Demo" in menu.text
    assert service.count("session") == 1
    assert len(await nurse.inbox()) == before + 1
