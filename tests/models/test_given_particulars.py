"""What people give of a subject, and what is kept of it (R18)."""

from dataclasses import replace
from datetime import date

import pytest

from models import refusals as r
from models.given_particulars import Given, apart
from models.places import SCHEME_2021
from models.rules import ADDRESS_MAX_LENGTH, MOST_NUMBERS
from models.words import Gender

TODAY = date(2021, 10, 15)
GIVEN = Given(
    full_name="NGUYỄN VĂN A",
    birth="1/2/1990",
    gender=Gender.MALE,
    id_numbers=("001 090 123456",),
    phones=("0987.654.321", "024 3825 3535"),
    guardian="",
    scheme=SCHEME_2021,
    area="00658",
    address=" Thôn  Cổ Điển A ",
)


def test_R18_what_is_kept_has_one_spelling() -> None:
    kept = GIVEN.particulars(TODAY)
    assert (kept.sensitive.full_name, str(kept.sensitive.birth)) == ("Nguyễn Văn A", "1990-02-01")
    assert (kept.sensitive.id_numbers, kept.sensitive.address) == (("001090123456",), "Thôn Cổ Điển A")
    assert kept.rest.phones == ("+84987654321", "+842438253535")


def test_R18_a_child_is_found_by_a_guardians_phone() -> None:
    child = replace(GIVEN, birth="2018", id_numbers=(), phones=("0987654321",), guardian="TRẦN THỊ B")
    assert child.particulars(TODAY).rest.guardian == "Trần Thị B"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"full_name": "A"}, r.FullNameInvalid),
        ({"birth": "31/2/1990"}, r.BirthInvalid),
        ({"birth": "16/10/2021", "id_numbers": ()}, r.BirthInvalid),
        ({"birth": "1991"}, r.IdNumberOfAnotherYear),
        ({"gender": Gender.FEMALE}, r.IdNumberOfOtherGender),
        ({"id_numbers": ("999090123456",)}, r.IdNumberInvalid),
        ({"id_numbers": ("12345678",)}, r.IdNumberInvalid),
        ({"phones": ("0987 654",)}, r.SubjectPhoneInvalid),
        ({"id_numbers": (), "phones": ()}, r.NumberMissing),
        ({"phones": tuple(f"098765432{number}" for number in range(MOST_NUMBERS + 1))}, r.TooManyNumbers),
        ({"address": "A" * (ADDRESS_MAX_LENGTH + 1)}, r.AddressInvalid),
        ({"guardian": "?"}, r.FullNameInvalid),
    ],
)
def test_R18_what_cannot_be_is_refused(changed: dict[str, object], refusal: type[r.Refusal]) -> None:
    with pytest.raises(refusal):
        replace(GIVEN, **changed).particulars(TODAY)  # type: ignore[arg-type]


def test_R18_the_same_number_twice_is_one() -> None:
    assert replace(GIVEN, phones=("0987654321", "+84 987 654 321")).particulars(TODAY).rest.phones == ("+84987654321",)


def test_numbers_of_one_line_stand_apart() -> None:
    assert apart("0987 654 321, 024 3825 3535;\n 0912345678 ") == ("0987 654 321", "024 3825 3535", "0912345678")
