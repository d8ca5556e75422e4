"""«Đề nghị cho nhiều người» in chat, begun anew before every turn (R13)."""

from models.roles import Role
from models.words import RequestState
from tests.api.hands import Town
from tests.api.test_account_requests import HANOI
from tests.api.test_accounts import admin
from tests.api.test_request_list import HOA, LAN, WRONG
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_manage_users import chat, signed_in

__all__ = ["chat"]

ASK, MANY = "📝 Đề nghị cấp tài khoản", "📋 Đề nghị cho nhiều người"
SEND, DISCARD, SURE = "📨 Gửi các dòng sẵn sàng", "🗑 Bỏ danh sách", "🗑 Bỏ danh sách, tôi chắc chắn"


async def at_the_list(chat: Rehearsal, town: Town, role: Role = Role.COMMUNE_ADMIN) -> None:
    await signed_in(chat, town, role)
    await chat.presses(ASK)
    await chat.presses(MANY)


async def test_R13_two_lines_become_two_requests(chat: Rehearsal, town: Town) -> None:
    boss, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    await at_the_list(chat, town)
    assert "Nhắn mỗi người một dòng" in chat.text
    assert SEND not in chat.labels
    await chat.says(f"{HOA}\n{LAN}")
    assert "Sẵn sàng gửi: 2. Cần sửa: 0." in chat.text
    await chat.presses(SEND)
    assert "Đã gửi đề nghị cho 2 người. Còn lại trong danh sách: 0. Đã báo 1 đầu mối" in chat.text
    assert (await boss.count_account_requests(RequestState.WAITING)).count == 2
    await chat.presses("Đóng")
    assert "Đề nghị cấp tài khoản (2)" in chat.text
    assert chat.stage.bugs == []


async def test_R13_a_list_is_there_again_and_can_be_thrown_away(chat: Rehearsal, town: Town) -> None:
    await at_the_list(chat, town)
    await chat.says(f"{HOA}\n{WRONG}")
    await chat.commands("menu")
    await chat.presses(ASK)
    await chat.presses(MANY)
    assert "Sẵn sàng gửi: 1. Cần sửa: 1." in chat.text
    await chat.presses(DISCARD)
    await chat.presses("⬅ Quay lại")
    assert "Sẵn sàng gửi: 1. Cần sửa: 1." in chat.text
    await chat.presses(DISCARD)
    await chat.presses(SURE)
    assert "Đã bỏ danh sách" in chat.text
    assert town.registry.one("SELECT count(*) FROM listed_person") == 0
    assert chat.stage.bugs == []


async def test_R13_what_names_nobody_is_asked_for_again_and_nothing_is_a_dead_end(chat: Rehearsal, town: Town) -> None:
    await at_the_list(chat, town)
    await chat.says("xin chào")
    assert "Chưa đọc được dòng nào" in chat.text
    await chat.sends_a_sticker()
    await chat.says(HOA)
    assert "Sẵn sàng gửi: 1" in chat.text
    await chat.presses("⬅ Quay lại")
    assert MANY in chat.labels
    assert chat.stage.bugs == []


async def test_T24_who_is_on_the_list_is_not_kept_in_the_journal(chat: Rehearsal, town: Town) -> None:
    await at_the_list(chat, town)
    await chat.says(HOA.replace("Hoa", "Canary"))
    chat.compact()
    assert "Canary" not in "".join(chat.stage.entries)
