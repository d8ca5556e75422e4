"""People as they are typed: lines and cells, and what they mean (R13)."""

import pytest

from models.listed_people import Cells, PersonColumn, PersonFlaw, judged, pasted, people_in
from models.refusals import LinesUnreadable
from models.rules import LINES_MAX_LENGTH
from models.words import Gender, Right

HOA = "Nguyễn Thị Hoa, nữ, điều dưỡng, hoa@tramyte.vn, 0912 345 678, nhập liệu"
c, f = PersonColumn, PersonFlaw


def row(line: str) -> Cells:
    """The one row that the line is."""
    [cells] = people_in(line)
    return {column: cell for column, cell in cells.items() if cell}


def test_R13_a_line_is_read_by_what_its_cells_look_like() -> None:
    assert row(HOA) == {
        "full_name": "Nguyễn Thị Hoa",
        "gender": "nữ",
        "position": "điều dưỡng",
        "email": "hoa@tramyte.vn",
        "phone": "0912 345 678",
        "rights": "nhập liệu",
    }


@pytest.mark.parametrize(
    "line",
    [
        HOA.replace(", ", "\t"),
        HOA.replace(", ", " ; "),
        "3. " + HOA,
        "12\t" + HOA.replace(", ", "\t"),
        "0912 345 678, Nguyễn Thị Hoa, NHAP LIEU, hoa@tramyte.vn, Nữ., điều dưỡng.",
    ],
)
def test_R13_however_it_is_written_it_means_the_same(line: str) -> None:
    assert judged(row(line)) == judged(row(HOA))


def test_R13_the_dispatchs_order_has_the_unit_before_the_position() -> None:
    cells = row("Nguyễn Thị Hoa; nữ; Trạm y tế xã Tứ Hiệp; điều dưỡng; hoa@tramyte.vn; 0912345678; nhập liệu")
    assert (cells["unit"], cells["position"]) == ("Trạm y tế xã Tứ Hiệp", "điều dưỡng")


def test_R13_a_row_pasted_from_a_spreadsheet_keeps_its_columns_though_cells_are_wrong_or_empty() -> None:
    cells = row("4\tĐỗ Thị Nhiều\t?\tTrạm A\ty tá\t\t12\tquyền lạ\t")
    assert cells == {
        "full_name": "Đỗ Thị Nhiều",
        "gender": "?",
        "unit": "Trạm A",
        "position": "y tá",
        "phone": "12",
        "rights": "quyền lạ",
    }


def test_R13_rights_are_as_many_as_are_named() -> None:
    cells = row("Hoa Lê, nữ, y sĩ, 0912345678, nhập liệu, cập nhật lịch sử mũi tiêm, thông tin đối tượng tiêm chủng")
    assert judged(cells).values["rights"] == list(Right)


def test_R13_a_line_of_headers_and_a_line_that_is_no_row_are_nobody() -> None:
    text = f"STT\tHọ và tên\tGiới tính\nKính gửi Sở Y tế\n\n{HOA}\n"
    assert len(list(people_in(text))) == 1


@pytest.mark.parametrize("text", ["", "Xin chào", "\n\n", "1, 2", "a,b\n" * LINES_MAX_LENGTH])
def test_R13_what_names_nobody_is_not_taken(text: str) -> None:
    with pytest.raises(LinesUnreadable):
        pasted(text)


def test_R13_everything_wrong_with_a_row_is_told_at_once() -> None:
    wrong = {"full_name": "4", "gender": "?", "position": "7", "email": "@", "phone": "1234567", "rights": "admin"}
    assert judged(wrong).flaws == {
        c.FULL_NAME: f.FULL_NAME_INVALID,
        c.GENDER: f.GENDER_UNKNOWN,
        c.POSITION: f.POSITION_INVALID,
        c.EMAIL: f.EMAIL_INVALID,
        c.PHONE: f.PHONE_INVALID,
        c.RIGHTS: f.RIGHTS_UNKNOWN,
    }
    empty = judged({}).flaws
    assert set(empty.values()) == {f.CELL_EMPTY}
    assert set(c) - empty.keys() == {c.EMAIL, c.UNIT}


def test_T10_a_word_that_is_no_right_makes_the_row_wrong_and_is_nothing_else() -> None:
    cells = row("Nguyễn Thị Hoa, nữ, Trạm A, điều dưỡng, 0912 345 678, nhập liệu, Quản trị hệ thống")
    assert judged(cells).flaws == {c.RIGHTS: f.RIGHTS_UNKNOWN}
    assert judged(row(HOA)).values["gender"] is Gender.FEMALE
