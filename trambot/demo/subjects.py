"""The demo's subjects: plausible people, the same in every demo, and a few whom the demo names."""

from datetime import date

import psycopg

from models.add_subjects import add_subjects
from models.birth import Birth
from models.look_up import LookUpSecrets
from models.particulars import Particulars, Rest, Sensitive
from models.places import SCHEME_2021
from models.sealing import Keys
from models.seed import Progress
from models.words import Gender
from trambot.registry.people import people

AT_ONCE = 1_000
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


def make_subjects(owner_url: str, keys: Keys, progress: Progress, count: int) -> int:
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
