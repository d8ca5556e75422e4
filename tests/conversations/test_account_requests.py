"""Asking for an account and deciding on it in chat, begun anew before every turn (R13, R14)."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from api.client import Api
from api.client.faults import ApiSilent
from api.schemas.account_requests import Rejection
from conversations.events import Pressed
from conversations.menu import standing_mark
from models.roles import Role
from models.rules import FRESH_OTP
from tests.api.hands import SECOND, Staff, Town
from tests.api.test_account_requests import HANOI, wanted
from tests.api.test_accounts import admin
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_manage_users import chat, signed_in

__all__ = ["chat"]

ASK, REVIEW = "📝 Đề nghị cấp tài khoản", "🗂 Rà soát đề nghị cấp tài khoản"
ONE, SEND, APPROVE, REJECT = "➕ Đề nghị cho một người", "📨 Gửi đề nghị", "✅ Duyệt", "❌ Từ chối"


async def as_far_as_the_card(chat: Rehearsal) -> None:
    """A unit's admin is asked for six things; where there is but one unit, it takes itself."""
    await chat.presses(ASK)
    await chat.presses(ONE)
    await chat.says("Trần  Thị Mới")
    await chat.presses("Nữ")
    await chat.says("Điều dưỡng")
    await chat.says("0987 654 321")
    await chat.presses("Không có email")
    await chat.presses("☐ nhập liệu")
    await chat.presses("☐ quản lý thông tin đối tượng tiêm chủng")
    await chat.presses("✔ Xong")


async def test_R13_a_unit_asks_for_one_person_and_sees_the_request_in_its_list(chat: Rehearsal, town: Town) -> None:
    await admin(town, Role.PROVINCE_ADMIN, HANOI)
    await signed_in(chat, town)
    await as_far_as_the_card(chat)
    for line in (
        "Đơn vị: Trạm y tế xã Tứ Hiệp",
        "Họ tên: Trần Thị Mới",
        "Giới tính: Nữ",
        "Điện thoại: 0987 654 321",
        "Quyền đề nghị: nhập liệu, quản lý thông tin đối tượng tiêm chủng",
    ):
        assert line in chat.text
    await chat.presses(SEND)
    assert "Đã gửi đề nghị cấp tài khoản cho Trần Thị Mới. Đã báo 1 đầu mối" in chat.text
    assert "Đề nghị cấp tài khoản (1)" in chat.text
    await chat.presses("👤 Trần Thị Mới")
    assert "Đang chờ" not in chat.text
    await chat.presses("↩️ Rút đề nghị")
    await chat.presses("↩️ Rút đề nghị")
    assert "Đã rút đề nghị cho Trần Thị Mới" in chat.text
    assert "1. Trần Thị Mới · đã rút" in chat.text
    assert chat.stage.bugs == []


async def test_R14_the_requester_is_told_at_once_that_nobody_can_be_reached(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await as_far_as_the_card(chat)
    await chat.presses(SEND)
    assert "chưa liên lạc được đầu mối nào tại Sở Y tế" in chat.text


async def test_R13_every_line_can_be_changed_before_it_is_sent(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await as_far_as_the_card(chat)
    for button, typed in (
        ("Sửa Họ tên", "Lê Văn Khác"),
        ("Sửa Chức vụ", "Y sĩ"),
        ("Sửa Số điện thoại", "0976 543 210"),
        ("Sửa Email", "Khac@TuHiep.vn"),
    ):
        await chat.presses(button)
        await chat.says(typed)
    await chat.presses("Sửa Giới tính")
    await chat.presses("Nam")
    await chat.presses("Sửa Quyền")
    await chat.presses("☑ nhập liệu")
    await chat.presses("✔ Xong")
    for line in (
        "Họ tên: Lê Văn Khác",
        "Giới tính: Nam",
        "Chức vụ: Y sĩ",
        "0976 543 210",
        "khac@tuhiep.vn",
        "Quyền đề nghị: quản lý thông tin đối tượng tiêm chủng",
    ):
        assert line in chat.text
    await chat.presses("Đóng")
    assert "không gửi đề nghị" in chat.text
    assert "Đề nghị cấp tài khoản (0)" in chat.text


async def test_R13_a_number_that_is_known_is_looked_at_before_it_is_sent(chat: Rehearsal, town: Town) -> None:
    town.registry.account("+84987654321", username="da.co")
    await signed_in(chat, town)
    await as_far_as_the_card(chat)
    await chat.presses(SEND)
    assert "đang dùng cho tài khoản da.co" in chat.text
    await chat.presses("Xem lại thông tin")
    await chat.presses(SEND)
    await chat.presses("📨 Vẫn gửi")
    assert "Đã gửi đề nghị" in chat.text


async def supervising(chat: Rehearsal, town: Town) -> tuple[Staff, str]:
    """A supervisor signed in in the chat, and somebody asked for by a unit; the supervisor, and the request's id."""
    unit, _ = await admin(town)
    boss = await signed_in(chat, town, Role.PROVINCE_ADMIN)
    sent = await unit.ask_for_account(await wanted(unit))
    return boss, str(sent.id)


async def test_R14_the_supervisor_approves_with_another_role_and_name(chat: Rehearsal, town: Town) -> None:
    await supervising(chat, town)
    await chat.presses(REVIEW)
    assert "Đang chờ: 1" in chat.text
    await chat.presses("👤 Trần Thị Mới")
    assert "Vai trò sẽ cấp: Admin Tiêm lưu động" in chat.text
    assert "Tên đăng nhập: moitt" in chat.text
    await chat.presses("Sửa Vai trò")
    await chat.presses("Cán bộ cơ sở tiêm")
    await chat.presses("Sửa Tên đăng nhập")
    await chat.says("tram.moi")
    await chat.presses(APPROVE)
    assert "Đã duyệt: Trần Thị Mới, tên đăng nhập tram.moi, vai trò Cán bộ cơ sở tiêm" in chat.text
    assert "Đang chờ: 0" in chat.text
    assert town.registry.one("SELECT role FROM account WHERE username = 'tram.moi'") == "site_staff"
    assert chat.stage.bugs == []


async def test_R14_a_rejection_asks_for_its_reason(chat: Rehearsal, town: Town) -> None:
    await supervising(chat, town)
    await chat.presses(REVIEW)
    await chat.presses("👤 Trần Thị Mới")
    await chat.presses(REJECT)
    await chat.says("...")
    assert "ghi lý do bằng chữ" in chat.text
    await chat.says("Đã có tài khoản")
    assert "Đã từ chối đề nghị cho Trần Thị Mới" in chat.text
    assert town.registry.one("SELECT state FROM account_request") == "rejected"


async def test_R14_deciding_asks_for_an_otp_when_the_last_is_old_and_then_goes_on_by_itself(
    chat: Rehearsal, town: Town
) -> None:
    await supervising(chat, town)
    town.clock.turn(FRESH_OTP + SECOND)
    await chat.presses(REVIEW)
    await chat.presses("👤 Trần Thị Mới")
    await chat.presses(APPROVE)
    await chat.says(town.inbox.last_code())
    assert "Đã duyệt: Trần Thị Mới" in chat.text


async def test_R14_T12_who_presses_later_is_told_who_decided_and_what(chat: Rehearsal, town: Town) -> None:
    _, request = await supervising(chat, town)
    faster, staff = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    await chat.presses(REVIEW)
    await chat.presses("👤 Trần Thị Mới")
    await faster.reject_request(UUID(request), Rejection(reason="Trùng"))
    await chat.presses(APPROVE)
    assert "bị từ chối" in chat.text
    assert staff.username in chat.text
    assert "Đang chờ: 0" in chat.text
    assert town.registry.one("SELECT count(*) FROM account WHERE username = 'moitt'") == 0


@dataclass(frozen=True)
class Cut(Api):
    """Loses the first answer to a decision; it was made."""

    lost: list[str] = field(default_factory=list)

    async def _ask(self, method: str, path: str, *asked: Any, **how: Any) -> Any:
        answer = await super()._ask(method, path, *asked, **how)
        if path.endswith("/approval") and not self.lost:
            self.lost.append(path)
            raise ApiSilent("cut")
        return answer


async def test_R14_T17_a_decision_whose_answer_was_lost_is_told_as_ones_own(chat: Rehearsal, town: Town) -> None:
    await supervising(chat, town)
    chat.stage.api = Cut(**vars(chat.stage.api))
    await chat.presses(REVIEW)
    await chat.presses("👤 Trần Thị Mới")
    await chat.presses(APPROVE)
    assert "đang chậm" in chat.text
    await chat.presses("🔁 Thử lại")
    assert "Đã duyệt: Trần Thị Mới, tên đăng nhập moitt" in chat.text


async def test_R14_a_name_that_was_taken_meanwhile_is_asked_for_again_and_nothing_else(
    chat: Rehearsal, town: Town
) -> None:
    boss, _ = await supervising(chat, town)
    await chat.presses(REVIEW)
    await chat.presses("👤 Trần Thị Mới")
    await chat.presses("Sửa Tên đăng nhập")
    await chat.says(boss.username)
    await chat.presses(APPROVE)
    assert "đã có người dùng" in chat.text
    await chat.says("tram.moi")
    await chat.presses(APPROVE)
    assert "tên đăng nhập tram.moi" in chat.text


async def test_R14_ones_own_request_has_no_buttons_to_decide(chat: Rehearsal, town: Town) -> None:
    boss = await signed_in(chat, town, Role.PROVINCE_ADMIN)
    other, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    await other.ask_for_account(await wanted(other, phone=str(boss.phone), although_known=True))
    await chat.presses(REVIEW)
    await chat.presses("👤 Trần Thị Mới")
    assert APPROVE not in chat.labels
    assert REJECT not in chat.labels


@pytest.mark.parametrize("role", [Role.MOBILE_VACCINATOR, Role.SITE_STAFF])
async def test_R12_who_manages_nobody_neither_asks_nor_decides(chat: Rehearsal, town: Town, role: Role) -> None:
    await signed_in(chat, town, role)
    assert ASK not in chat.labels
    assert REVIEW not in chat.labels


async def test_R14_a_commune_admin_does_not_decide(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    assert ASK in chat.labels
    assert REVIEW not in chat.labels


async def test_R14_a_button_under_the_notice_opens_that_request(chat: Rehearsal, town: Town) -> None:
    _, request = await supervising(chat, town)
    button = standing_mark(chat.stage.mark, chat.chat().account, "decide_request", request)
    await chat.does(Pressed(button, 0, "press"))
    assert "Họ tên: Trần Thị Mới" in chat.text
    await chat.presses(APPROVE)
    assert "Đã duyệt: Trần Thị Mới" in chat.text
    await chat.does(Pressed(button, 0, "press"))
    assert "đã duyệt" in chat.text
    assert chat.stage.bugs == []
