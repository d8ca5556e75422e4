"""«Đề nghị cho nhiều người» in chat, begun anew before every turn (R13)."""

import asyncio
from uuid import uuid4

import pytest

from api.acts import read_list
from api.client.files import FileMade
from conversations.events import WentOn
from models.roles import Role
from models.rules import LIST_LEASE, LIST_PIECE
from models.words import RequestState
from tests.api import test_list_files as files
from tests.api.hands import SECOND, Town
from tests.api.test_account_requests import HANOI
from tests.api.test_accounts import admin
from tests.api.test_import_units import sheet
from tests.api.test_list_files import table
from tests.api.test_request_list import HOA, LAN, WRONG
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_manage_users import chat, signed_in

__all__ = ["chat"]

ASK, MANY = "📝 Đề nghị cấp tài khoản", "📋 Đề nghị cho nhiều người"
FORM, MARKED = "📄 Tải mẫu", "📥 Tải các dòng cần sửa"
SEND, DISCARD, SURE = "📨 Gửi các dòng sẵn sàng", "🗑 Bỏ danh sách", "🗑 Bỏ danh sách, tôi chắc chắn"


async def at_the_list(chat: Rehearsal, town: Town, role: Role = Role.COMMUNE_ADMIN) -> None:
    await signed_in(chat, town, role)
    await chat.presses(ASK)
    await chat.presses(MANY)


async def one_step(chat: Rehearsal) -> None:
    """The question goes on by itself."""
    talk = chat.chat().talk
    assert talk
    assert talk.question
    assert talk.question.goes_on
    await chat.does(WentOn(talk.question.number))


async def test_R13_two_lines_become_two_requests(chat: Rehearsal, town: Town) -> None:
    boss, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    await at_the_list(chat, town)
    assert "nhắn mỗi người một dòng" in chat.text
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


async def test_R13_a_file_is_staged_and_its_wrong_rows_come_back_and_take_their_places_again(
    chat: Rehearsal, town: Town
) -> None:
    await at_the_list(chat, town)
    await chat.presses(FORM)
    [form] = chat.documents
    await chat.sends_a_file("mẫu.xlsx", form.content)
    assert "chưa có dòng nào" in chat.text
    await chat.sends_a_file("danh sách.csv", table(f"{files.HOA},x", files.SAI, headers=f"{files.HEADERS},Vai trò"))
    assert "Không dùng các cột: Vai trò" in chat.text
    assert "Sẵn sàng gửi: 1. Cần sửa: 1." in chat.text
    await chat.presses(MARKED)
    [marked] = chat.documents
    assert marked.name == "Đề nghị cần sửa.xlsx"
    code = sheet(FileMade(marked.name, marked.content))[-1][0]
    mended = f"{code},{files.SAI}".replace("sai@", "sai@tramyte.vn")
    await chat.sends_a_file("sửa.csv", table(mended, headers=f"Mã dòng,{files.HEADERS}"))
    assert "Sẵn sàng gửi: 2. Cần sửa: 0." in chat.text
    await chat.presses(SEND)
    assert "Đã gửi đề nghị cho 2 người" in chat.text
    assert chat.stage.bugs == []


async def test_R13_a_long_file_is_read_on_while_the_chat_goes_on(
    chat: Rehearsal, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_list, "PATIENCE", 0)
    await at_the_list(chat, town)
    await chat.sends_a_file("dài.csv", files.people(LIST_PIECE * 2))
    assert "Đang đọc tệp" in chat.text
    assert SEND not in chat.labels
    for _ in range(600):
        if "Đang đọc tệp" not in chat.text:
            break
        await asyncio.sleep(0.05)
        await one_step(chat)
    assert f"Sẵn sàng gửi: {LIST_PIECE * 2}" in chat.text
    assert "🔄 Xem tiếp" not in chat.labels
    monkeypatch.setattr("api.acts.send_list.LIST_SENT", LIST_PIECE)
    await chat.presses(SEND)
    assert f"Đã gửi đề nghị cho {LIST_PIECE} người, còn {LIST_PIECE}" in chat.text
    await one_step(chat)
    assert f"Đã gửi đề nghị cho {LIST_PIECE * 2} người. Còn lại trong danh sách: 0." in chat.text
    assert town.registry.one("SELECT count(*) FROM account_request") == LIST_PIECE * 2
    assert chat.stage.bugs == []


async def test_R13_a_file_whose_reader_died_is_asked_for_again(chat: Rehearsal, town: Town) -> None:
    await at_the_list(chat, town)
    await chat.sends_a_file("a.csv", table(files.HOA))
    town.registry.owner.execute("UPDATE request_list SET rows_there = 9, reading = %s", [uuid4()])
    town.clock.turn(LIST_LEASE + SECOND)
    await chat.presses("Đóng")
    await chat.presses(MANY)
    assert "Tệp mới đọc được 1/9 dòng" in chat.text
    await chat.sends_a_file("a.csv", table(files.HOA))
    assert "Tệp mới đọc" not in chat.text
    assert "Sẵn sàng gửi: 1" in chat.text


async def test_T24_who_is_on_the_list_is_not_kept_in_the_journal(chat: Rehearsal, town: Town) -> None:
    await at_the_list(chat, town)
    await chat.says(HOA.replace("Hoa", "Canary"))
    await chat.sends_a_file("a.csv", table(files.HOA.replace("Hoa", "Canary"), files.SAI.replace("Sai", "Canary")))
    chat.compact()
    assert "Canary" not in "".join(chat.stage.entries)
