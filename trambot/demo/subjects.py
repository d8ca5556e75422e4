"""The demo's subjects: plausible people, the same in every demo, and a few whom the demo names."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import psycopg

from models.add_subjects import add_subjects
from models.birth import Birth
from models.look_up import LookUpSecrets
from models.particulars import Particulars, Rest, Sensitive
from models.places import SCHEME_2021
from models.sealing import Keys
from models.seed import Progress
from models.words import Gender

COUNT = 20_000
AT_ONCE = 1_000
SEED = 20211012
YOUNGEST, OLDEST = date(2020, 1, 1), date(1935, 1, 1)
OF_AGE = 14
"""Years; younger ones have no paper and are found through a guardian's phone."""
AN_OLD_CARD, SEVERAL_IN_A_FAMILY, A_YEAR_ALONE = 0.2, 0.6, 0.05

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
    Gender.MALE: ["Văn", "Đức", "Minh", "Quốc", "Hữu"],
    Gender.FEMALE: ["Thị", "Ngọc", "Thu", "Thanh", "Kim"],
}
GIVEN = {
    Gender.MALE: ["An", "Bình", "Cường", "Dũng", "Đạt", "Hải", "Hùng", "Khánh", "Long", "Nam", "Phúc", "Sơn", "Tuấn"],
    Gender.FEMALE: ["Anh", "Bích", "Chi", "Dung", "Giang", "Hà", "Hoa", "Hương", "Lan", "Linh", "Mai", "Nga", "Yến"],
}
TU_HIEP, ELSEWHERE = "00658", "30169"

SHOWN_NAME, SHOWN_PHONE = "Nguyễn Văn Mẫu", "+84987654321"
"""Whom the demo and the story look up: a man, and a child of that name who is found by the same phone."""

STATIONS = "SELECT area, min(id) FROM unit WHERE kind = 'commune_health_station' GROUP BY area"


def shown() -> list[Particulars]:
    """Those whom the demo names."""
    man = Sensitive(SHOWN_NAME, Birth.on(date(1990, 2, 1)), ("001090123456",), SCHEME_2021, TU_HIEP, "Thôn Cổ Điển A")
    child = Sensitive(SHOWN_NAME, Birth.on(date(2015, 6, 1)), (), SCHEME_2021, ELSEWHERE, "Ấp Mẫu")
    rest = Rest(Gender.MALE, (SHOWN_PHONE,), "")
    return [Particulars(man, rest), Particulars(child, Rest(Gender.MALE, (SHOWN_PHONE,), "Trần Thị Mẫu"))]


def make_subjects(owner_url: str, keys: Keys, progress: Progress, count: int = COUNT) -> int:
    """Write them, if there are none yet, all or none; how many there are now."""
    with psycopg.connect(owner_url) as link:
        there = link.execute("SELECT count(*) FROM subject").fetchone()
        if there and there[0]:
            return int(there[0])
        units: dict[str, int] = dict(link.execute(STATIONS))
        everybody = [*shown(), *people(sorted(units), count - len(shown()))]
        for done in range(0, count, AT_ONCE):
            progress(done, count)
            some = everybody[done : done + AT_ONCE]
            add_subjects(link, keys, LookUpSecrets.of(keys), [(units[one.sensitive.area], one) for one in some])
    return count


def people(communes: list[str], count: int) -> Iterator[Particulars]:
    """So many people of those communes, in families that share a phone; always the same ones."""
    dice = random.Random(SEED)  # noqa: S311 - for plausible people, not for secrets
    commune, phone, family, guardian = "", "", "", ""
    for number in range(count):
        if not number or dice.random() > SEVERAL_IN_A_FAMILY:
            commune, phone = dice.choice(communes), f"+84{dice.choice((32, 70, 90, 97))}{dice.randrange(10**7):07}"
            [family], guardian = dice.choices(list(FAMILY_NAMES), list(FAMILY_NAMES.values())), ""
        one = _person(dice, commune, phone, family, guardian)
        guardian = guardian or one.sensitive.full_name
        yield one


def _person(dice: random.Random, commune: str, phone: str, family: str, guardian: str) -> Particulars:
    gender = dice.choice(list(Gender))
    born = OLDEST + timedelta(days=dice.randrange((YOUNGEST - OLDEST).days))
    is_child = bool(guardian) and YOUNGEST.year - born.year < OF_AGE
    name = f"{family} {dice.choice(MIDDLE[gender])} {dice.choice(GIVEN[gender])}"
    birth = Birth(born.year) if dice.random() < A_YEAR_ALONE else Birth.on(born)
    papers = () if is_child else (_paper(dice, born.year, gender),)
    sensitive = Sensitive(name, birth, papers, SCHEME_2021, commune, f"Thôn {dice.randrange(1, 12)}")
    return Particulars(sensitive, Rest(gender, (phone,), guardian if is_child else ""))


def _paper(dice: random.Random, year: int, gender: Gender) -> str:
    if dice.random() < AN_OLD_CARD:
        return f"{dice.randrange(10**9):09}"
    century_and_sex = 2 * (year // 100 - 19) + (gender is Gender.FEMALE)
    place = dice.choice((1, 31, 48, 79, 87, 92))
    return f"{place:03}{century_and_sex}{year % 100:02}{dice.randrange(10**6):06}"
