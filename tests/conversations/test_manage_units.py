"""«Quản lý đơn vị» in chat, played against the real API, begun anew before every turn (R12, R15)."""

import pytest

from models.roles import Role
from tests.api.hands import Town
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_manage_users import signed_in

UNITS, ADD, SAVE = "🏥 Quản lý đơn vị", "➕ Thêm mới đơn vị", "💾 Lưu"
NAME = "Bệnh viện Đa khoa huyện Thanh Trì"
LIST = "⬅ Danh sách đơn vị"


@pytest.fixture(params=[False, True], ids=["begun anew each turn", "kept alive"])
def chat(request: pytest.FixtureRequest, town: Town) -> Rehearsal:
    return Rehearsal(town.chat(), town.clock, is_live=request.param)


@pytest.fixture
async def keeper(chat: Rehearsal, town: Town) -> Rehearsal:
    """A department's admin, looking at the list of units."""
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    await chat.presses(UNITS)
    return chat


async def as_far_as_the_card(chat: Rehearsal, name: str = NAME) -> None:
    await chat.presses(ADD)
    await chat.says("thanh tri")
    await chat.presses("✔ Huyện Thanh Trì")
    await chat.presses("Bệnh viện")
    await chat.says(name)
    assert SAVE in chat.labels


async def test_R15_a_keeper_adds_a_unit_and_finds_it_by_letters_without_diacritics(keeper: Rehearsal) -> None:
    await as_far_as_the_card(keeper, "  Bệnh viện  Đa khoa huyện Thanh Trì")
    for line in (f"Tên đơn vị: {NAME}", "Loại đơn vị: Bệnh viện", "Tuyến quận/huyện", "Khu vực: Huyện Thanh Trì"):
        assert line in keeper.text
    await keeper.presses(SAVE)
    assert f"Đã thêm đơn vị {NAME}" in keeper.text
    assert "Trạng thái: Đang hoạt động" in keeper.text
    await keeper.presses(LIST)
    await keeper.says("DA KHOA huyen")
    assert "Danh sách đơn vị (1)" in keeper.text
    assert keeper.labels[0] == f"🏥 {NAME}"
    await keeper.says("nowhere")
    assert "Danh sách đơn vị (0)" in keeper.text
    await keeper.presses("✖ Bỏ lọc: tên có «nowhere»")
    assert f"🏥 {NAME}" not in keeper.labels
    assert keeper.stage.bugs == []


async def test_R15_every_line_can_be_changed_before_it_is_saved_and_nothing_is_saved_by_closing(
    keeper: Rehearsal,
) -> None:
    await as_far_as_the_card(keeper)
    await keeper.presses("Sửa Tên đơn vị")
    await keeper.says("1234")
    assert "Tên phải có chữ" in keeper.text
    await keeper.says("Cơ sở tiêm số 2")
    await keeper.presses("Sửa Loại đơn vị")
    await keeper.presses("Cơ sở tiêm")
    await keeper.presses("Sửa Khu vực")
    await keeper.presses("✔ Thành phố Hà Nội")
    for line in ("Cơ sở tiêm số 2", "Loại đơn vị: Cơ sở tiêm", "Tuyến tỉnh", "Thành phố Hà Nội"):
        assert line in keeper.text
    await keeper.presses("Đóng")
    assert "không lưu" in keeper.text
    await keeper.says("co so tiem so 2")
    assert "Danh sách đơn vị (0)" in keeper.text


async def test_R15_whose_unit_is_there_already_is_shown_it(keeper: Rehearsal) -> None:
    await as_far_as_the_card(keeper)
    await keeper.presses(SAVE)
    await keeper.presses(LIST)
    await as_far_as_the_card(keeper, NAME.upper())
    await keeper.presses(SAVE)
    assert "đã có đơn vị trùng tên" in keeper.text
    await keeper.presses("🏥 Xem đơn vị đó")
    assert NAME in keeper.text
    await keeper.presses(LIST)
    assert "Danh sách đơn vị" in keeper.text


async def test_R15_a_unit_is_edited_closed_and_reopened(keeper: Rehearsal) -> None:
    await as_far_as_the_card(keeper)
    await keeper.presses(SAVE)
    await keeper.presses("✏ Sửa Tên đơn vị")
    await keeper.says("Bệnh viện Mới")
    assert "Đã lưu thay đổi" in keeper.text
    await keeper.presses("✏ Sửa Loại đơn vị")
    await keeper.presses("Cơ sở tiêm")
    await keeper.presses("✏ Sửa Khu vực")
    await keeper.presses("✔ Thành phố Hà Nội")
    assert "Bệnh viện Mới\nLoại đơn vị: Cơ sở tiêm\nCấp đơn vị: Tuyến tỉnh" in keeper.text
    await keeper.presses("🔒 Đóng đơn vị")
    await keeper.presses("🔒 Đóng đơn vị này")
    assert "Trạng thái: Đã đóng" in keeper.text
    await keeper.presses(LIST)
    await keeper.presses("🔎 Chỉ đơn vị đã đóng")
    await keeper.presses("🏥 Bệnh viện Mới")
    await keeper.presses("🔓 Mở lại đơn vị")
    assert "Trạng thái: Đang hoạt động" in keeper.text
    assert keeper.stage.bugs == []


async def test_R15_a_unit_in_use_is_not_closed_and_shows_who_is_there(keeper: Rehearsal, town: Town) -> None:
    staff = town.registry.account("+84987654321")
    await keeper.says("tram y te xa tu hiep")
    await keeper.presses("🏥 Trạm y tế xã Tứ Hiệp")
    assert "✏ Sửa Khu vực" not in keeper.labels
    await keeper.presses("🔒 Đóng đơn vị")
    await keeper.presses("🔒 Đóng đơn vị này")
    assert "còn 1 người dùng đang hiệu lực" in keeper.text
    await keeper.presses("👥 Xem người dùng")
    await keeper.presses(f"👤 {staff.username} · Hiệu lực")
    assert staff.username in keeper.text
    assert "Trạng thái: Hiệu lực" in keeper.text


async def test_a_sticker_a_cancel_and_a_way_back_behave(keeper: Rehearsal) -> None:
    await as_far_as_the_card(keeper)
    await keeper.sends_a_sticker()
    assert SAVE in keeper.labels
    await keeper.presses("⬅ Quay lại")
    assert "Nhập tên đơn vị" in keeper.text
    await keeper.commands("huy")
    assert UNITS in keeper.labels
    assert keeper.stage.bugs == []


@pytest.mark.parametrize("role", [Role.COMMUNE_ADMIN, Role.HEALTH_STAFF])
async def test_R12_who_keeps_no_units_has_no_such_button(chat: Rehearsal, town: Town, role: Role) -> None:
    await signed_in(chat, town, role)
    assert UNITS not in chat.labels
