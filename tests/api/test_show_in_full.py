"""A subject's numbers in full: a press of its own, written down, taken back (R16, T24)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models import refusals as r
from models.roles import Role
from models.rules import SHOWN_IN_FULL
from tests.api.hands import SECOND, SERVICE_KEY, Town
from tests.api.test_look_up import PHONE, worker


async def test_R16_T24_in_a_chat_they_come_in_a_message_that_is_taken_back(town: Town) -> None:
    api, subject = await worker(town), town.registry.subject(papers=("001090123456",))
    asked = await api.look_up("Nguyễn Văn A", PHONE)
    shown = await api.show_in_full(asked.id, subject)
    assert (shown.in_full, shown.taken_back_at) == (None, town.clock.now() + SHOWN_IN_FULL)
    assert town.registry.rows("SELECT subject_id, shown FROM disclosure") == [(subject, "in_full")]
    bot = town.chat(0).by(chat=0, token=None, language="vi")
    assert bot.service_key == SERVICE_KEY
    [told] = await bot.claim_deliveries(10)
    assert (told.notice, told.chat) == ("subject_in_full", api.chat)
    assert (told.facts["phones"], told.facts["id_numbers"]) == ("0987 654 321", "001090123456")
    assert told.facts["address"] == "Thôn Cổ Điển A, Xã Tứ Hiệp, Huyện Thanh Trì"
    town.registry.owner.execute(
        "UPDATE delivery SET state = 'delivered', message_id = 77, ended_at = due_at WHERE id = %s", [told.id]
    )
    town.clock.turn(SHOWN_IN_FULL - SECOND)
    assert await bot.claim_deliveries(10) == []
    town.clock.turn(SECOND)
    [back] = await bot.claim_deliveries(10)
    assert (back.notice, back.replaces, back.facts) == ("taken_back", 77, {})


async def test_R16_what_was_never_brought_is_not_brought_when_its_time_is_over(town: Town) -> None:
    api, subject = await worker(town), town.registry.subject()
    await api.show_in_full((await api.look_up("Nguyễn Văn A", PHONE)).id, subject)
    town.clock.turn(SHOWN_IN_FULL + timedelta(minutes=1))
    bot = town.chat(0).by(chat=0, token=None, language="vi")
    assert [delivery.notice for delivery in await bot.claim_deliveries(10)] == ["taken_back"]


async def test_R16_each_time_is_written_down_and_only_of_whom_one_looked_up(town: Town) -> None:
    api, subject = await worker(town, Role.HEALTH_STAFF), town.registry.subject()
    other = town.registry.subject("Nguyễn Văn B")
    asked = await api.look_up("Nguyễn Văn A", PHONE)
    for _ in range(2):
        await api.show_in_full(asked.id, subject)
    assert town.registry.one("SELECT count(*) FROM disclosure WHERE shown = 'in_full'") == 2
    for look_up, whom in ((asked.id, other), (uuid4(), subject)):
        with pytest.raises(r.NotFound):
            await api.show_in_full(look_up, whom)
    stranger = await worker(town, Role.PROVINCE_ADMIN)
    with pytest.raises(r.NotFound):
        await stranger.show_in_full(asked.id, subject)
