"""The demo's subjects are plausible: what the product would refuse is nobody's."""

import psycopg

from models.full_name import full_name
from models.id_number import id_number, must_fit
from models.look_up import LookUpSecrets
from models.phone import subject_phone
from models.sealing import Keys
from trambot.demo.subjects import SHOWN_NAME, make_subjects, shown
from trambot.registry.people import OF_AGE, people

KEYS = Keys(1, {1: bytes(range(32))}, bytes(range(32, 64)))
COMMUNES = ["00658", "00661", "30169"]


def test_everybody_is_somebody_whom_the_product_would_register() -> None:
    everybody = [*shown(), *people(COMMUNES, 2_000)]
    for one in everybody:
        assert full_name(one.sensitive.full_name) == one.sensitive.full_name
        assert [subject_phone(phone) for phone in one.rest.phones] == list(one.rest.phones)
        for number in one.sensitive.id_numbers:
            must_fit(id_number(number), one.sensitive.birth, one.rest.gender)
        if not one.sensitive.id_numbers:
            assert one.rest.guardian
            assert one.sensitive.birth.year > 2020 - OF_AGE
    phones = [phone for one in everybody for phone in one.rest.phones]
    assert 0.3 < len(set(phones)) / len(phones) < 0.7  # families share them
    assert everybody == [*shown(), *people(COMMUNES, 2_000)]


def test_they_are_written_once_and_found(owner_url: str) -> None:
    told: list[int] = []
    for _ in range(2):
        assert make_subjects(owner_url, KEYS, lambda done, _: told.append(done), 30) == 30
    assert told == [0]
    key = LookUpSecrets.of(KEYS).key(SHOWN_NAME, shown()[0].phones[0])
    with psycopg.connect(owner_url) as link:
        assert link.execute("SELECT count(*) FROM subject").fetchone() == (30,)
        assert link.execute("SELECT count(*) FROM subject WHERE phone_key = %s", [key]).fetchone() == (2,)
