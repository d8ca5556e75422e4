"""«Kích hoạt tài khoản» in chat, from the admin's press to the first sign-in, against the real API (R14)."""

from dataclasses import replace

from pydantic import SecretStr

from models.words import SmsOutcome
from tests.api.hands import Town, another
from tests.api.test_activation import code_of
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_manage_users import chat
from tests.conversations.test_see_user import at_the_card

__all__ = ["chat"]  # a fixture, found by its name

SEND = "✉️ Gửi mã kích hoạt"
ACTIVATE = "🔑 Kích hoạt tài khoản"
PASSWORD = "Mạ non xanh rì rào"


async def test_R14_an_admin_sends_a_code_and_the_person_chooses_the_password(chat: Rehearsal, town: Town) -> None:
    staff = await at_the_card(chat, town)
    await chat.presses(SEND)
    await chat.presses(SEND)
    assert "Mã kích hoạt của dong.nghiep đã được gửi bằng SMS" in chat.text
    code = code_of(town, staff).get_secret_value()
    assert code not in chat.text
    theirs = Rehearsal(town.chat(2002), town.clock, is_live=chat.is_live)
    theirs.stage.chat = 2002
    await theirs.commands("start")
    await theirs.presses(ACTIVATE)
    await theirs.says("Dong.Nghiep")
    await theirs.says(another(code).get_secret_value())
    assert "không đúng" in theirs.text
    await theirs.says(f"{code[:4]} {code[4:]}")
    assert "Mã đúng" in theirs.text
    await theirs.says("12345678")
    assert "Mã đúng" in theirs.text  # too common: asked again
    await theirs.says(PASSWORD)
    assert "đã được kích hoạt" in theirs.text
    assert len(theirs.stage.forgotten) == 4  # codes and passwords leave the chat
    assert not any(secret in entry for entry in theirs.stage.entries for secret in (code, PASSWORD))
    await town.sign_in(replace(staff, password=SecretStr(PASSWORD)), 2002)


async def test_an_admin_is_told_when_no_sms_went(chat: Rehearsal, town: Town) -> None:
    await at_the_card(chat, town)
    town.inbox.status = 503
    await chat.presses(SEND)
    await chat.presses(SEND)
    assert "Chưa gửi được SMS" in chat.text
    assert town.registry.rows("SELECT outcome FROM activation") == [(SmsOutcome.FAILED,)]


async def test_back_leads_from_the_code_to_the_name_and_out(chat: Rehearsal, town: Town) -> None:
    await chat.commands("start")
    await chat.presses(ACTIVATE)
    await chat.sends_a_sticker()
    await chat.says("demo.001")
    await chat.presses("⬅ Quay lại")
    assert "Tên đăng nhập" in chat.text
    await chat.presses("⬅ Quay lại")
    assert ACTIVATE in chat.labels
