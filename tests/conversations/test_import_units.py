"""«Nhập từ tệp» in chat, played against the real API, begun anew before every turn (R15, T17, T24)."""

import pytest

from api.client.faults import ApiSilent
from models.refusals import FileGone
from models.roles import Role
from tests.api.hands import Town
from tests.api.test_import_units import HEADERS, HOSPITAL
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_manage_units import UNITS
from tests.conversations.test_manage_users import signed_in

IMPORT, FORM, CLOSE, RETRY = "📥 Nhập từ tệp", "📄 Tải mẫu", "Đóng", "🔁 Thử lại"
WRONG = "Trạm Mới,Trạm y tế xã,Hà Nội,Huyện Thanh Trì,Xã Không Có"


@pytest.fixture(params=[False, True], ids=["begun anew each turn", "kept alive"])
def chat(request: pytest.FixtureRequest, town: Town) -> Rehearsal:
    return Rehearsal(town.chat(), town.clock, is_live=request.param)


@pytest.fixture
async def importer(chat: Rehearsal, town: Town) -> Rehearsal:
    """A department's admin who is asked for the file."""
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    await chat.presses(UNITS)
    await chat.presses(IMPORT)
    return chat


def table(*rows: str) -> bytes:
    return "\n".join([HEADERS, *rows]).encode()


async def test_R15_a_keeper_gets_the_form_sends_it_and_corrects_what_comes_back(importer: Rehearsal) -> None:
    for _ in range(2):
        await importer.presses(FORM)
        [form] = importer.documents
        assert form.name == "Danh sách đơn vị.xlsx"
    await importer.sends_a_file("mẫu.xlsx", form.content)
    assert "chưa có dòng nào" in importer.text
    await importer.sends_a_file("đơn vị.csv", table(HOSPITAL, WRONG))
    assert "Đã thêm: 1 đơn vị. Đã có từ trước: 0. Dòng chưa đúng: 1." in importer.text
    assert "Dòng 3, cột «Phường/Xã»: Không có khu vực này" in importer.text
    [marked] = importer.documents
    assert marked.name == "Đơn vị cần sửa.xlsx"
    await importer.sends_a_file("sửa.csv", table(HOSPITAL, WRONG.replace("Không Có", "Tứ Hiệp")))
    assert "Đã thêm: 1 đơn vị. Đã có từ trước: 1. Dòng chưa đúng: 0." in importer.text
    assert importer.documents == []
    assert IMPORT in importer.labels
    await importer.says("tram moi")
    assert "Danh sách đơn vị (1)" in importer.text
    assert importer.stage.bugs == []


async def test_T17_a_file_that_cannot_be_had_now_is_imported_with_the_next_try(importer: Rehearsal, town: Town) -> None:
    importer.stage.unfetched = ApiSilent("cut")
    await importer.sends_a_file("đơn vị.csv", table(HOSPITAL))
    assert "đang chậm" in importer.text
    importer.stage.unfetched = None
    await importer.presses(RETRY)
    assert "Đã thêm: 1 đơn vị" in importer.text
    assert town.registry.one("SELECT count(*) FROM admin_act WHERE act = 'unit_created'") == 1


async def test_a_file_that_telegram_has_lost_is_asked_for_again_and_nothing_is_a_dead_end(importer: Rehearsal) -> None:
    importer.stage.unfetched = FileGone()
    await importer.sends_a_file("đơn vị.csv", table(HOSPITAL))
    assert "Vui lòng gửi lại tệp" in importer.text
    await importer.says("đây là tệp")
    assert "gửi một tệp" in importer.text
    await importer.sends_a_sticker()
    assert FORM in importer.labels
    await importer.presses(CLOSE)
    assert IMPORT in importer.labels
    await importer.presses(IMPORT)
    await importer.presses("⬅ Quay lại")
    assert IMPORT in importer.labels
    await importer.presses(IMPORT)
    await importer.commands("huy")
    assert UNITS in importer.labels
    assert importer.stage.bugs == []


async def test_T24_names_in_a_file_are_not_kept_in_the_journal(importer: Rehearsal) -> None:
    await importer.sends_a_file("đơn vị.csv", table(HOSPITAL.replace("Mới", "CANARY"), f"CANARY{WRONG}"))
    assert "Dòng chưa đúng: 1" in importer.text
    assert "CANARY" not in "".join(importer.stage.entries)
