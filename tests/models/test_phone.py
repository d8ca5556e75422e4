"""Phone numbers: one form for every way to write one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.phone import OTP_PHONE, masked, national, otp_phone
from models.refusals import PhoneInvalid

FULL_WIDTH = str.maketrans("0123456789+", "０１２３４５６７８９＋")
SIGNS = ["", " ", ".", "-", "\u200b", "\u2060", "\u00a0", "\ufeff", "\t"]

numbers = st.from_regex(r"(32|70|81|90|91|96|98)[0-9]{7}", fullmatch=True)
prefixes = st.sampled_from(["0", "+84", "84"])


@given(
    number=numbers,
    prefix=prefixes,
    signs=st.lists(st.sampled_from(SIGNS), min_size=8, max_size=8),
    full_width=st.booleans(),
    around=st.sampled_from(["", " ", "\n", "\u200b"]),
)
def test_T32_every_spelling_of_a_number_is_the_same_number(
    number: str, prefix: str, signs: list[str], full_width: bool, around: str
) -> None:
    spelt = "".join(digit + sign for digit, sign in zip(number, [*signs, ""], strict=True))
    written = around + prefix + spelt + around
    assert otp_phone(written.translate(FULL_WIDTH) if full_width else written) == f"+84{number}"


@given(st.text(max_size=40))
def test_T32_what_is_accepted_is_always_in_the_one_form(typed: str) -> None:
    try:
        phone = otp_phone(typed)
    except PhoneInvalid:
        return
    assert OTP_PHONE.fullmatch(phone)
    assert otp_phone(phone) == phone


@pytest.mark.parametrize(
    "written",
    [
        "",
        "0",
        "091234567",
        "09123456789",
        "+84091234567",
        "0912345678;ext=9",
        "0912345678 x9",
        "02438253535",
        "+841212345678",
        "0121 234 5678",
        "+85512345678",
        "+12025550123",
        "1900123456",
        "113",
        "0912O45678",
        "tel:+8491234567a",
        "0912345678,0987654321",
        "٠٩١٢٣٤٥٦٧x",
    ],
)
def test_R03_what_cannot_receive_an_otp_is_refused(written: str) -> None:
    with pytest.raises(PhoneInvalid):
        otp_phone(written)


def test_a_masked_number_shows_enough_to_recognise_ones_own_and_no_more() -> None:
    assert masked("+84912345321") == "09•• ••• 321"


@given(number=numbers)
def test_a_number_as_people_write_it_is_the_number(number: str) -> None:
    assert otp_phone(national(f"+84{number}")) == f"+84{number}"
