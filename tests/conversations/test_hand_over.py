"""«Bàn giao khi nghỉ việc» in chat, played against the real API (R7, T19)."""

import pytest

from models import refusals as r
from models.roles import Role
from models.rules import FRESH_OTP
from models.words import AccountStatus
from tests.api.hands import SECOND, Town
from tests.api.test_account_requests import wanted
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_manage_users import USERS, chat, signed_in
from tests.conversations.test_see_user import COLLEAGUE, another_admin, at_the_card

__all__ = ["chat"]  # a fixture, found by its name

HAND_OVER = "🤝 Bàn giao"


async def test_R07_T19_who_leaves_is_out_and_their_requests_are_a_colleagues(chat: Rehearsal, town: Town) -> None:
    leaver = await at_the_card(chat, town)
    theirs = await town.sign_in(leaver, 8)
    await theirs.ask_for_account(await wanted(theirs, phone="0976 543 210"))
    heir = town.registry.account("+84911111112", username="nguoi.nhan")
    town.registry.account("+84911111113", username="nguoi.khac")
    await chat.presses(HAND_OVER)
    assert "Ai nhận bàn giao từ dong.nghiep?" in chat.text
    assert "👤 dong.nghiep" not in chat.labels
    await chat.says("khong.co")
    assert "bắt đầu bằng «khong.co»" in chat.text
    assert {"👤 nguoi.nhan", "👤 nguoi.khac"} <= set(chat.labels)
    await chat.says(" Nguoi.NH")
    assert "👤 nguoi.khac" not in chat.labels
    await chat.presses("👤 nguoi.nhan")
    for line in ("Người nghỉ việc: dong.nghiep", "Người nhận: nguoi.nhan", "«Hết hiệu lực»"):
        assert line in chat.text
    assert (await theirs.me()).username == "dong.nghiep"
    town.clock.turn(FRESH_OTP + SECOND)
    await chat.presses(HAND_OVER)
    await chat.says(town.inbox.last_code())
    assert "Đã bàn giao từ dong.nghiep sang nguoi.nhan; đã chuyển 1 đề nghị" in chat.text
    assert "Trạng thái: Hết hiệu lực" in chat.text
    with pytest.raises(r.SessionEnded):
        await theirs.me()
    assert town.registry.one("SELECT by_account_id FROM account_request") == heir.id
    assert chat.stage.bugs == []


async def test_R07_one_may_take_over_oneself_and_go_back_before(chat: Rehearsal, town: Town) -> None:
    leaver = await at_the_card(chat, town)
    await chat.presses(HAND_OVER)
    [oneself] = [label for label in chat.labels if label.startswith("👤")]
    await chat.presses(oneself)
    await chat.presses("⬅ Quay lại")
    await chat.presses("⬅ Quay lại")
    assert "Trạng thái: Hiệu lực" in chat.text
    await chat.presses(HAND_OVER)
    await chat.presses(oneself)
    await chat.presses(HAND_OVER)
    assert "Đã bàn giao từ dong.nghiep" in chat.text
    assert not town.registry.one("SELECT is_active FROM account WHERE id = %s", leaver.id)


async def test_R07_where_nobody_can_take_over_the_way_to_somebody_is_told(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    town.registry.account(COLLEAGUE, username="dong.nghiep")
    closed = town.registry.account("+84911111115", username="da.ngung")
    town.registry.owner.execute("UPDATE account SET is_active = false WHERE id = %s", [closed.id])
    await chat.presses(USERS)
    await chat.presses("👤 dong.nghiep")
    await chat.presses(HAND_OVER)
    assert "chưa có ai khác nhận bàn giao được" in chat.text
    assert "«Thêm mới người dùng»" in chat.text
    assert "Trạng thái: Hiệu lực" in chat.text


async def test_R07_who_was_closed_meanwhile_takes_nothing_over(chat: Rehearsal, town: Town) -> None:
    leaver = await at_the_card(chat, town)
    heir = town.registry.account("+84911111112", username="nguoi.nhan")
    await chat.presses(HAND_OVER)
    await chat.presses("👤 nguoi.nhan")
    await (await another_admin(town)).set_account_status(heir.id, AccountStatus.INACTIVE)
    await chat.presses(HAND_OVER)
    assert "Chỉ bàn giao được cho người dùng khác của cùng đơn vị" in chat.text
    assert "Trạng thái: Hiệu lực" in chat.text
    assert town.registry.one("SELECT is_active FROM account WHERE id = %s", leaver.id)
