"""Full names: kept in one spelling, and found by any (R16, T32)."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.full_name import full_name, masked_name, name_to_find
from models.refusals import FullNameInvalid
from models.rules import FULL_NAME_MAX_LENGTH

WORDS = ["Nguyễn", "Đặng", "Trần", "Văn", "Thị", "Hương", "Ý", "Ưng", "Ngọc", "H'Mai", "Niê", "Thu-Hà", "Ộ", "Bảo"]
NAMES = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5).map(" ".join)
SPELLINGS: dict[str, Callable[[str], str]] = {
    "NFD": lambda name: unicodedata.normalize("NFD", name),
    "upper": str.upper,
    "lower": str.lower,
    "no diacritics": lambda name: "".join(
        c
        for c in unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
        if not unicodedata.combining(c)
    ),
    "spaces": lambda name: f"\t{name.replace(' ', '   ')}\u00a0",
    "joined": lambda name: name.replace(" ", ""),
    "unseen": lambda name: name.replace(" ", " \u200b\u2060"),
    "apostrophe": lambda name: name.replace("'", "’"),
    "eth for d": lambda name: name.replace("Đ", "Ð").replace("đ", "ð"),
    "full width": lambda name: "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in name),
}


@given(name=NAMES, spellings=st.lists(st.sampled_from(sorted(SPELLINGS)), max_size=4))
def test_R16_T32_every_spelling_of_a_name_finds_the_same(name: str, spellings: list[str]) -> None:
    spelt = name
    for spelling in spellings:
        spelt = SPELLINGS[spelling](spelt)
    assert name_to_find(spelt) == name_to_find(name)
    assert name_to_find(full_name(unicodedata.normalize("NFKC", spelt))) == name_to_find(name)


def test_R16_a_name_without_diacritics_finds_the_one_with_them() -> None:
    assert name_to_find("NGUYEN VAN A") == name_to_find("Nguyễn Văn A") == "nguyenvana"
    assert name_to_find("Đỗ Đức Đạo") == name_to_find("do duc dao")
    assert name_to_find("Nguyễn Văn A") != name_to_find("Nguyễn Văn B")


@given(st.text(max_size=FULL_NAME_MAX_LENGTH + 20))
def test_T32_what_is_accepted_is_kept_as_it_is(typed: str) -> None:
    try:
        name = full_name(typed)
    except FullNameInvalid:
        return
    assert full_name(name) == name
    assert unicodedata.is_normalized("NFC", name)
    assert name_to_find(name)
    assert full_name(unicodedata.normalize("NFD", typed)) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("NGUYỄN VĂN A", "Nguyễn Văn A"),
        ("nguyễn  thị  bưởi", "Nguyễn Thị Bưởi"),
        ("H’MAI NIÊ", "H'Mai Niê"),
        ("Nguyễn Văn McDonald", "Nguyễn Văn McDonald"),
        ("Y A", "Y A"),
        ("\u200bLê\u200d Ô", "Lê Ô"),
    ],
)
def test_a_name_is_kept_as_papers_write_it(typed: str, kept: str) -> None:
    assert full_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "A",
        "Nguyễn Văn 9",
        "0912345678",
        "Nguyễn@Văn",
        "Нгуен Ван А",
        "Nguyễn Văn А",
        "阮文",
        "<b>A</b>",
        "-.'",
        "A" * (FULL_NAME_MAX_LENGTH + 1),
        "́ ́",
    ],
)
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(FullNameInvalid):
        full_name(typed)


def test_a_masked_name_shows_its_first_letters_and_no_length() -> None:
    assert masked_name("Nguyễn Thị A") == "N•• T•• A••"
