"""Looking up by name and number: how a line is read, and the keys (R16, T27)."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import refusals as r
from models.look_up import LookUpSecrets, Number, Wanted, is_the_same, number, wanted, wanted_by
from models.words import NumberKind
from tests.models.test_full_name import NAMES

SECRETS = LookUpSecrets(bytes(range(32)))
PHONE = Number(NumberKind.PHONE, "+84987654321")
PHONES = [
    "0987654321",
    "+84987654321",
    "84 987 654 321",
    "0987.654.321",
    "(098) 765-4321",
    "098 7654\u00a0321",
    "٠٩٨٧٦٥٤٣٢١",
    "０９８７６５４３２１",
]


@pytest.mark.parametrize("typed", PHONES)
def test_R16_T32_a_phone_is_the_same_however_it_is_written(typed: str) -> None:
    assert number(typed) == PHONE


@pytest.mark.parametrize("typed", ["024 3825 3535", "02438253535", "+84 24 3825 3535", "842438253535"])
def test_R16_a_phone_may_be_a_landline(typed: str) -> None:
    assert number(typed) == Number(NumberKind.PHONE, "+842438253535")


@pytest.mark.parametrize("typed", ["001190123456", "012345678", "B1234567"])
def test_R16_a_papers_number_is_one(typed: str) -> None:
    assert number(typed) == Number(NumberKind.DOCUMENT, typed)


@pytest.mark.parametrize(
    "typed", ["1", "123", "0121 234 5678", "1900 1234", "+12025550123", "0987654321 x9", "09876543210"]
)
def test_R16_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(r.NumberInvalid):
        number(typed)


@given(name=NAMES, phone=st.sampled_from(PHONES), is_first=st.booleans(), sign=st.sampled_from(["", ",", ";", ":"]))
def test_R16_one_line_names_somebody(name: str, phone: str, is_first: bool, sign: str) -> None:
    line = f"{phone} {name}" if is_first else f"{name}{sign} {phone}"
    found = wanted(line)
    assert found == wanted_by(name, phone)
    assert (found.full_name, found.number) == (name, PHONE)


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("Nguyễn Văn A", r.NumberMissing),
        ("", r.NumberMissing),
        ("...", r.NumberMissing),
        ("0987654321", r.NameMissing),
        ("001190123456", r.NameMissing),
        ("B1234567", r.NameMissing),
        ("Nguyễn Văn A 12", r.NumberInvalid),
        ("Nguyễn Văn A 0987654321 0912345678", r.NumberInvalid),
        ("@ 0987654321", r.NameMissing),
        ("N 0987654321", r.FullNameInvalid),
    ],
)
def test_R16_one_field_alone_is_refused_saying_what_is_missing(line: str, refusal: type[r.Refusal]) -> None:
    with pytest.raises(refusal):
        wanted(line)


@given(st.text(max_size=80))
def test_T30_any_line_names_somebody_or_is_refused(line: str) -> None:
    try:
        found = wanted(line)
    except r.Refusal:
        return
    assert wanted_by(found.full_name, found.number.value) == found


def test_T27_keys_are_alike_only_for_the_same_name_and_number() -> None:
    names = ["Nguyễn Văn A", "Nguyễn Văn B", "Nguyễn Văn"]
    numbers = [PHONE, Number(NumberKind.PHONE, "+84987654322"), Number(NumberKind.DOCUMENT, "012345678")]
    numbers.append(Number(NumberKind.DOCUMENT, PHONE.value))
    keys = {SECRETS.key(name, number) for name in names for number in numbers}
    assert len(keys) == len(names) * len(numbers)
    assert all(-(2**63) <= key < 2**63 for key in keys)
    assert SECRETS.key("NGUYEN VAN  A", PHONE) == SECRETS.key("Nguyễn Văn A", PHONE)


def test_T27_another_secret_gives_other_keys_and_shows_itself_nowhere() -> None:
    secrets = [LookUpSecrets(bytes([n]) * 32) for n in range(4)]
    assert all(a.key("A B", PHONE) != b.key("A B", PHONE) for a, b in combinations(secrets, 2))
    assert "01" not in repr(secrets[1])
    with pytest.raises(ValueError, match="32 bytes"):
        LookUpSecrets(b"short")


def test_nobody_is_unfindable_while_the_secret_changes() -> None:
    old, new = bytes(32), bytes(range(32))
    turning, whom = LookUpSecrets(new, former=old), Wanted("Nguyễn Văn A", PHONE)
    assert turning.keys(whom) == [
        LookUpSecrets(new).key("Nguyễn Văn A", PHONE),
        LookUpSecrets(old).key("nguyen van a", PHONE),
    ]
    assert turning.key("Nguyễn Văn A", PHONE) == turning.keys(whom)[0]


def test_T32_what_a_key_finds_is_compared_whatever_its_spelling() -> None:
    whom = Wanted("Nguyễn Văn A", PHONE)
    assert is_the_same(whom, "NGUYEN VAN A", PHONE)
    assert not is_the_same(whom, "Nguyễn Văn B", PHONE)
    assert not is_the_same(whom, "Nguyễn Văn A", Number(NumberKind.DOCUMENT, PHONE.value))
