"""«Kế hoạch tiêm» and «Ghi mũi tiêm» in chat (R18)."""

import pytest

from models.roles import Role
from tests.api.hands import Town
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_look_up import signed_in

CARD, RECORD, SAVE = "👤 1. N•• V•• A•• · 1990", "💉 Ghi mũi tiêm", "💾 Lưu mũi tiêm"
PLAN = "📅 15/10/2021 · AstraZeneca (AZD1222) · Trạm y tế xã Tứ Hiệp"


@pytest.fixture(params=[False, True], ids=["begun anew each turn", "kept alive"])
def chat(request: pytest.FixtureRequest, town: Town) -> Rehearsal:
    return Rehearsal(town.chat(), town.clock, is_live=request.param)


async def plans_for_today(chat: Rehearsal) -> None:
    """As far as the card of a new plan."""
    await chat.presses("📅 Kế hoạch tiêm")
    await chat.presses("➕ Thêm kế hoạch")
    await chat.presses("Hôm nay, 15/10/2021")
    await chat.presses("📍 Trạm y tế xã Tứ Hiệp")
    await chat.presses("💉 AstraZeneca (AZD1222)")
    await chat.says("abw1, abw2")
    await chat.says("50")


async def opens_somebody(chat: Rehearsal, town: Town, *buttons: str) -> None:
    town.registry.subject()
    await chat.presses("🔎 Tra cứu đối tượng")
    await chat.says("nguyen van a 0987654321")
    for button in (CARD, *buttons):
        await chat.presses(button)


async def test_R18_a_plan_is_made_line_by_line(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await plans_for_today(chat)
    await chat.presses("Sửa Dự kiến")
    await chat.says("rất nhiều")
    await chat.sends_a_sticker()
    await chat.says("1.200")
    await chat.presses("Sửa Địa điểm")
    await chat.says("Nhà văn hóa thôn Cổ Điển A")
    await chat.presses("💾 Lưu")
    assert "✅ Đã thêm kế hoạch tiêm ngày 15/10/2021" in chat.text
    assert (
        "• 15/10/2021 · Nhà văn hóa thôn Cổ Điển A · AstraZeneca (AZD1222) · lô ABW1, ABW2 · dự kiến 1200" in chat.text
    )
    assert chat.stage.bugs == []


async def test_R18_a_dose_is_recorded_by_buttons_and_stands_on_the_card(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await plans_for_today(chat)
    await chat.presses("💾 Lưu")
    await opens_somebody(chat, town, RECORD, PLAN, "Lô ABW2")
    assert "Mũi thứ: 1" in chat.text
    await chat.presses(SAVE)
    assert "✅ Đã ghi mũi 1: AstraZeneca (AZD1222), lô ABW2." in chat.text
    assert "💉 Mũi 1: AstraZeneca (AZD1222) · lô ABW2 · 15/10/2021" in chat.text
    assert chat.stage.bugs == []


async def test_R18_what_does_not_fit_is_said_and_recorded_for_a_reason_or_not(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await plans_for_today(chat)
    await chat.presses("💾 Lưu")
    await opens_somebody(chat, town, RECORD, PLAN, "Lô ABW1", SAVE, RECORD, PLAN, "Lô ABW1")
    assert "Mũi thứ: 2" in chat.text
    await chat.presses(SAVE)
    assert "cần ít nhất 28 ngày sau mũi trước, tức từ ngày 12/11/2021" in chat.text
    await chat.presses("Xem lại mũi tiêm")
    await chat.presses(SAVE)
    await chat.presses("Vẫn ghi, nêu lý do")
    await chat.says("Bác sĩ chỉ định")
    assert "✅ Đã ghi mũi 2" in chat.text
    for button in (RECORD, PLAN, "Lô ABW1", "Sửa Mũi thứ", "Mũi 2", SAVE):
        await chat.presses(button)
    assert "Mũi 2 này đã được ghi trước đó" in chat.text
    assert town.registry.one("SELECT count(*) FROM dose") == 2
    assert chat.stage.bugs == []


async def test_R18_a_dose_is_corrected_from_the_card(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await plans_for_today(chat)
    await chat.presses("💾 Lưu")
    await opens_somebody(chat, town, RECORD, PLAN, "Lô ABW1", SAVE, "✏️ Sửa mũi 1 (ABW1)", "Mũi 1")
    await chat.says("abw2")
    await chat.says("Nhầm lô")
    assert "✅ Đã sửa: mũi 1, lô ABW2" in chat.text
    assert "✏️ Sửa mũi 1 (ABW2)" in chat.labels
    assert chat.stage.bugs == []


async def test_R18_without_a_plan_the_chat_says_where_to_make_one(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await opens_somebody(chat, town, RECORD)
    assert "chưa có kế hoạch tiêm nào" in chat.text
    assert RECORD in chat.labels


async def test_R18_who_only_reads_has_no_such_buttons(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town, Role.HEALTH_STAFF)
    assert "📅 Kế hoạch tiêm" not in chat.labels
    await opens_somebody(chat, town)
    assert RECORD not in chat.labels
