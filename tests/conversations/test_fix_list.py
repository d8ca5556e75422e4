"""Mending a list in chat, begun anew before every turn (R13)."""

import pytest

from models.roles import Role
from tests.api.hands import Town
from tests.api.test_account_requests import HANOI
from tests.api.test_accounts import admin
from tests.api.test_request_list import HOA, LAN, WRONG
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_ask_for_many import SEND, at_the_list
from tests.conversations.test_manage_users import chat

__all__ = ["chat"]

FIX, MEND, CONFIRM = "✏️ Sửa từng dòng", "✏️ Sửa ô sai", "✔ Đúng là người khác, vẫn đề nghị"
OFF, NEXT, BACK_TO_LIST = "🗑 Bỏ dòng này", "Để sau, dòng tiếp ➡", "Về danh sách"
MANY_WRONG = "Đỗ Thị Nhiều; ?; Trạm Không Có; y tá; ; 12345678; quyền lạ"


async def test_R13_only_what_is_wrong_is_asked_for_again_row_after_row(chat: Rehearsal, town: Town) -> None:
    await at_the_list(chat, town)
    await chat.says(f"{HOA}\n{WRONG}\n{WRONG.replace('sai@', 'sai@b.vn').replace('0912 345 333', '0812')}")
    await chat.presses(FIX)
    assert "Dòng 2: Trần Văn Sai" in chat.text
    assert "Email: Không phải địa chỉ email." in chat.text
    await chat.presses(MEND)
    assert "Email" in chat.text
    await chat.says("sai@")
    assert "sai@tramyte" not in chat.text
    await chat.says("sai@tramyte.vn")
    assert "Dòng 3: Trần Văn Sai" in chat.text
    await chat.presses(MEND)
    await chat.says("0812 345 678")
    assert "Không còn dòng nào cần sửa" in chat.text
    assert "Sẵn sàng gửi: 3. Cần sửa: 0." in chat.text
    await chat.presses(SEND)
    assert "Đã gửi đề nghị cho 3 người" in chat.text
    assert chat.stage.bugs == []


async def test_R13_every_wrong_cell_of_a_row_is_asked_for_once(chat: Rehearsal, town: Town) -> None:
    await at_the_list(chat, town, Role.PROVINCE_ADMIN)
    await chat.says(MANY_WRONG)
    await chat.presses(FIX)
    await chat.presses(MEND)
    await chat.presses("Nữ")
    await chat.says("Huyện Thanh Trì")
    await chat.says("Xã Tứ Hiệp")
    await chat.says("0912 345 679")
    await chat.presses("☐ nhập liệu")
    await chat.presses("✔ Xong")
    assert "Sẵn sàng gửi: 1. Cần sửa: 0." in chat.text
    assert chat.stage.bugs == []


async def test_R13_a_doubt_is_confirmed_or_its_row_taken_off(chat: Rehearsal, town: Town) -> None:
    for number, name in (("111", "mot"), ("222", "hai")):
        town.registry.account(f"+84912345{number}", username=f"da.co.{name}")
    await at_the_list(chat, town)
    await chat.says(f"{HOA}\n{LAN}")
    assert "Có thể trùng, cần xác nhận: 2" in chat.text
    await chat.presses(FIX)
    assert "đang dùng cho một tài khoản" in chat.text
    await chat.presses(CONFIRM)
    assert "Dòng 2: Lê Thị Lan" in chat.text
    await chat.presses(OFF)
    assert "Sẵn sàng gửi: 1. Cần sửa: 0. Có thể trùng, cần xác nhận: 0." in chat.text
    assert chat.stage.bugs == []


async def test_R13_a_row_can_be_left_for_later_and_nothing_is_a_dead_end(chat: Rehearsal, town: Town) -> None:
    await at_the_list(chat, town)
    await chat.says(f"{WRONG}\n{WRONG.replace('Sai', 'Khác')}")
    await chat.presses(FIX)
    await chat.sends_a_sticker()
    await chat.says("xin chào")
    await chat.presses(NEXT)
    assert "Dòng 2: Trần Văn Khác" in chat.text
    await chat.presses("⬅ Quay lại")
    assert "Dòng 1: Trần Văn Sai" in chat.text
    await chat.presses(NEXT)
    await chat.presses(MEND)
    await chat.presses("⬅ Quay lại")
    await chat.presses(BACK_TO_LIST)
    assert "Sẵn sàng gửi: 0. Cần sửa: 2." in chat.text
    await chat.presses(FIX)
    await chat.presses(NEXT)
    await chat.presses(NEXT)
    assert "Không còn dòng nào cần sửa phía sau" in chat.text
    assert chat.stage.bugs == []


@pytest.mark.parametrize("press", [MEND, OFF])
async def test_R13_a_row_that_is_gone_meanwhile_is_told_of(chat: Rehearsal, town: Town, press: str) -> None:
    await at_the_list(chat, town)
    await chat.says(WRONG)
    await chat.presses(FIX)
    if press == MEND:
        await chat.presses(MEND)
    chat.is_live = True
    town.registry.owner.execute("DELETE FROM listed_person")
    if press == MEND:
        await chat.says("sai@tramyte.vn")
    else:
        await chat.presses(OFF)
    assert chat.stage.bugs == []
    await chat.commands("menu")
    assert chat.labels
    await admin(town, Role.PROVINCE_ADMIN, HANOI)
