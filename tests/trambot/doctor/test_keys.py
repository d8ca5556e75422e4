"""The keys as the doctor finds them, alone and against what the database holds."""

import os
from datetime import UTC, datetime

import psycopg
import pytest

from models.places import COUNTRY
from models.roles import Role
from models.seed import add_account, find_unit
from models.words import UnitKind
from tests.trambot.doctor.hands import (
    API_KEYS,
    DIGEST,
    JOURNAL,
    KEYS,
    SEALING,
    base64_of,
    found,
    given,
    random_looking,
    wrongs,
)
from trambot.doctor import keys
from trambot.doctor.finding import Finding

NAME, PHONE = "Nguyễn Thị Kín", "+84912345678"


async def looked_at(**settings: object) -> dict[str, Finding]:
    return await found(keys.examine(given(**API_KEYS | settings)))


async def test_random_keys_are_in_order() -> None:
    findings = await looked_at(journal_key=base64_of(JOURNAL), service_key=os.urandom(24).hex())
    assert wrongs(findings) == set()


@pytest.mark.parametrize(
    "settings",
    [
        {"sealing_keys": '{"1": "a2V5"}'},
        {"sealing_keys": '{"300": "' + base64_of(SEALING) + '"}'},
        {"sealing_keys": '{"' + base64_of(SEALING) + '": 1}'},
        {"sealing_keys": "[]"},
        {"sealing_keys": base64_of(SEALING)},
        {"sealing_key": "one"},
        {"sealing_key": "2"},
        {"digest_key": "no base64!"},
        {"digest_key": ""},
    ],
)
async def test_T24_a_malformed_key_is_found_and_not_shown(settings: dict[str, str]) -> None:
    findings = await looked_at(**settings)
    assert "sealing" in wrongs(findings)
    assert f"TRAMBOT_{next(iter(settings)).upper()} is" in findings["sealing"].says
    assert not any(base64_of(key) in f"{findings}" for key in (SEALING, DIGEST))


async def test_a_journal_key_must_be_whole_too() -> None:
    assert wrongs(await looked_at(journal_key="a2V5")) == {"journal"}


async def test_T26_the_bot_must_not_hold_a_key_of_the_data() -> None:
    findings = await looked_at(journal_key=base64_of(SEALING))
    assert wrongs(findings) == {"differ"}
    assert "TRAMBOT_JOURNAL_KEY" in findings["differ"].says


@pytest.mark.parametrize(
    "settings",
    [
        {"digest_key": base64_of(bytes(32))},
        {"digest_key": base64_of(bytes(range(32)))},
        {"digest_key": base64_of(b"a journal key of 32 bytes, made.")},
        {"service_key": "s" * 32},
        {"service_key": "the-service-key-of-the-tests-0123456789"},
        {"webhook_secret": "change-me-change-me-change-me-change-me"},
    ],
)
async def test_a_key_out_of_somebodys_head_is_found(settings: dict[str, str]) -> None:
    assert wrongs(await looked_at(**settings)) == {"random"}


async def test_random_keys_are_never_taken_for_made_up_ones() -> None:
    assert not any(keys._is_guessable(os.urandom(32)) for _ in range(2000))
    assert not any(keys._is_guessable(os.urandom(24).hex()) for _ in range(2000))


# Against the database


@pytest.fixture
def account(owner_url: str, database: str) -> None:
    """An account whose name and number lie sealed in the database."""
    with psycopg.connect(owner_url) as link:
        add_account(
            link,
            KEYS,
            username="demo.kin",
            full_name=NAME,
            phone=PHONE,
            role=Role.SYSTEM_ADMIN,
            unit_id=find_unit(link, UnitKind.MINISTRY, COUNTRY),
            password_hash="-",
            now=datetime.now(UTC),
        )


async def test_keys_that_open_the_accounts_are_in_order(api_url: str, account: None) -> None:
    findings = await looked_at(database_url=api_url)
    assert wrongs(findings) == set()
    assert "(1)" in findings["in_use"].says
    assert NAME not in f"{findings}"
    assert PHONE[3:] not in f"{findings}"


async def test_T26_a_lost_key_that_the_data_need_is_found(api_url: str, account: None) -> None:
    only_a_new_one = {"sealing_keys": f'{{"2": "{base64_of(random_looking(4))}"}}', "sealing_key": "2"}
    assert wrongs(await looked_at(database_url=api_url, **only_a_new_one)) == {"in_use", "accounts"}


async def test_T26_another_key_under_the_same_number_is_found(api_url: str, account: None) -> None:
    another = {"sealing_keys": f'{{"1": "{base64_of(random_looking(4))}"}}'}
    assert wrongs(await looked_at(database_url=api_url, **another)) == {"accounts"}


async def test_another_digest_key_is_found(api_url: str, account: None) -> None:
    findings = await looked_at(database_url=api_url, digest_key=base64_of(random_looking(5)))
    assert wrongs(findings) == {"accounts"}
    assert "TRAMBOT_DIGEST_KEY" in findings["accounts"].says


async def test_without_the_database_the_keys_are_looked_at_all_the_same() -> None:
    findings = await looked_at(database_url="postgresql://a:b@127.0.0.1:1/c")
    assert wrongs(findings) == set()
    assert "Nobody answers" in findings["in_use"].says
