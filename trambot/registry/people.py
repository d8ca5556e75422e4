"""Plausible people: real parts of Vietnamese names about as frequent as they are, real communes, families that share a
phone. None of them is anybody."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from models.birth import Birth
from models.particulars import Particulars, Rest, Sensitive
from models.roles import SCHEME_2021
from models.words import Gender

SEED = 20211012
YOUNGEST, OLDEST = date(2020, 1, 1), date(1935, 1, 1)
OF_AGE = 14
"""Years; younger ones have no paper and are found through a guardian's phone."""
AN_OLD_CARD, SEVERAL_IN_A_FAMILY, A_YEAR_ALONE = 0.2, 0.6, 0.05
A_SECOND_PHONE = 0.05

FAMILY_NAMES = {
    "Nguyễn": 384,
    "Trần": 121,
    "Lê": 95,
    "Phạm": 70,
    "Hoàng": 51,
    "Phan": 45,
    "Vũ": 39,
    "Đặng": 21,
    "Bùi": 20,
    "Đỗ": 14,
    "Hồ": 13,
    "Ngô": 13,
    "Dương": 10,
    "Lý": 5,
}
"""With how many in a thousand have it (Lê Trung Hoa, «Họ và tên người Việt Nam», 2005)."""
MIDDLE = {
    Gender.MALE: [
        "Văn",
        "Đức",
        "Minh",
        "Quốc",
        "Hữu",
        "Xuân",
        "Công",
        "Thanh",
        "Đình",
        "Quang",
        "Ngọc",
        "Trọng",
        "Duy",
    ],
    Gender.FEMALE: [
        "Thị",
        "Ngọc",
        "Thu",
        "Thanh",
        "Kim",
        "Thị Thu",
        "Thị Ngọc",
        "Bích",
        "Hồng",
        "Mỹ",
        "Phương",
        "Diệu",
    ],
}
GIVEN = {
    Gender.MALE: [
        *("An", "Bình", "Cường", "Dũng", "Đạt", "Hải", "Hùng", "Khánh", "Long", "Nam", "Phúc", "Sơn", "Tuấn"),
        *("Bảo", "Chiến", "Duy", "Giang", "Hậu", "Hiếu", "Hòa", "Huy", "Khoa", "Kiên", "Lâm", "Lộc", "Mạnh", "Nghĩa"),
        *(
            "Phong",
            "Quân",
            "Quý",
            "Tài",
            "Tâm",
            "Thắng",
            "Thành",
            "Thịnh",
            "Tiến",
            "Toàn",
            "Trung",
            "Tú",
            "Việt",
            "Vinh",
        ),
    ],
    Gender.FEMALE: [
        *("Anh", "Bích", "Chi", "Dung", "Giang", "Hà", "Hoa", "Hương", "Lan", "Linh", "Mai", "Nga", "Yến"),
        *("Châu", "Diễm", "Đào", "Hạnh", "Hằng", "Hiền", "Hồng", "Huệ", "Huyền", "Kiều", "Liên", "Loan", "Ly", "My"),
        *("Ngân", "Ngọc", "Nhung", "Oanh", "Phượng", "Quyên", "Tâm", "Thảo", "Thủy", "Trang", "Trinh", "Tuyết", "Vân"),
    ],
}
MOBILES = (32, 33, 34, 35, 36, 37, 38, 39, 70, 76, 77, 78, 79, 81, 82, 83, 84, 85, 90, 91, 93, 94, 96, 97, 98)


def people(communes: Sequence[str], count: int, seed: int = SEED) -> Iterator[Particulars]:
    """So many people of those communes of 2021; always the same ones for one seed."""
    dice = random.Random(seed)  # noqa: S311 - for plausible people, not for secrets
    families, weights = list(FAMILY_NAMES), list(FAMILY_NAMES.values())
    commune, phone, family, guardian = "", "", "", ""
    for number in range(count):
        if not number or dice.random() > SEVERAL_IN_A_FAMILY:
            commune, phone = dice.choice(communes), _phone(dice)
            [family], guardian = dice.choices(families, weights), ""
        one = _person(dice, commune, phone, family, guardian)
        guardian = guardian or one.sensitive.full_name
        yield one


def _person(dice: random.Random, commune: str, phone: str, family: str, guardian: str) -> Particulars:
    gender = Gender.MALE if dice.random() < 0.5 else Gender.FEMALE
    born = OLDEST + timedelta(days=dice.randrange((YOUNGEST - OLDEST).days))
    is_child = bool(guardian) and YOUNGEST.year - born.year < OF_AGE
    name = f"{family} {dice.choice(MIDDLE[gender])} {dice.choice(GIVEN[gender])}"
    birth = Birth(born.year) if dice.random() < A_YEAR_ALONE else Birth.on(born)
    papers = () if is_child else (_paper(dice, born.year, gender),)
    phones = (phone, _phone(dice)) if dice.random() < A_SECOND_PHONE else (phone,)
    sensitive = Sensitive(name, birth, papers, SCHEME_2021, commune, f"Thôn {dice.randrange(1, 12)}")
    return Particulars(sensitive, Rest(gender, phones, guardian if is_child else ""))


def _phone(dice: random.Random) -> str:
    return f"+84{dice.choice(MOBILES)}{dice.randrange(10**7):07}"


def _paper(dice: random.Random, year: int, gender: Gender) -> str:
    if dice.random() < AN_OLD_CARD:
        return f"{dice.randrange(10**9):09}"
    century_and_sex = 2 * (year // 100 - 19) + (gender is Gender.FEMALE)
    place = dice.choice((1, 31, 48, 79, 87, 92))
    return f"{place:03}{century_and_sex}{year % 100:02}{dice.randrange(10**6):06}"
