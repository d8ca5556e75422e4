"""The command line: what it says when something is missing, and the first account of an installation."""

import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher

from tests.trambot.command import command

KEY = b64encode(bytes(range(32))).decode()


def test_it_is_started_by_its_name_and_knows_its_version() -> None:
    told = subprocess.run([sys.executable, "-m", "trambot", "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.startswith("trambot 0.")


@pytest.fixture
def installation(owner_url: str, api_url: str) -> dict[str, str]:
    """The settings of an installation without any account."""
    return {
        "TRAMBOT_DATABASE_OWNER_URL": owner_url,
        "TRAMBOT_DATABASE_URL": api_url,
        "TRAMBOT_SERVICE_KEY": "s" * 32,
        "TRAMBOT_SEALING_KEYS": f'{{"1": "{KEY}"}}',
        "TRAMBOT_DIGEST_KEY": KEY,
        "TRAMBOT_SMS_URL": "http://127.0.0.1:1/sms",
        "TRAMBOT_SMS_KEY": "k",
    }


ADMIN = ("create-admin", "--username", "Quan.Tri", "--full-name", "Nguyễn Thị Mẫu", "--phone", "0912 345 678")


def test_the_first_admin_gets_a_password_for_one_sign_in(installation: dict[str, str], owner_url: str) -> None:
    done = command(*ADMIN, **installation)
    assert done.code == 0, done.complaints
    with psycopg.connect(owner_url) as link:
        row = link.execute(
            "SELECT role, must_change_password, password_hash FROM account WHERE username = 'quan.tri'"
        ).fetchone()
    assert row is not None
    assert row[:2] == ("system_admin", True)
    assert PasswordHasher().verify(row[2], done.out.split()[-1])


def test_a_second_admin_is_made_only_when_asked_for(installation: dict[str, str]) -> None:
    assert command(*ADMIN, **installation).code == 0
    refused = command(*ADMIN, **installation)
    assert (refused.code, "--another" in refused.complaints) == (1, True)
    taken = command(*ADMIN, "--another", **installation)
    assert (taken.code, "is taken" in taken.complaints) == (1, True)


def test_a_phone_that_gets_no_sms_is_refused_and_nothing_is_written(
    installation: dict[str, str], owner_url: str
) -> None:
    refused = command(*ADMIN[:-1], "024 3825 3536", **installation)
    assert (refused.code, "mobile" in refused.complaints) == (1, True)
    with psycopg.connect(owner_url) as link:
        assert link.execute("SELECT FROM account").fetchone() is None


def test_missing_settings_are_named_without_a_traceback() -> None:
    done = command("api", TRAMBOT_SERVICE_KEY="too-short-and-secret")
    assert done.code == 1
    assert "TRAMBOT_DATABASE_URL: Field required" in done.complaints
    assert "TRAMBOT_SERVICE_KEY" in done.complaints
    assert "too-short-and-secret" not in done.complaints
    assert "Traceback" not in done.complaints


def test_T24_settings_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "TRAMBOT_DATABASE_OWNER_URL").write_text("postgresql://nobody:secret@127.0.0.1:1/nothing\n")
    (tmp_path / "trambot_database_url").write_text("postgresql://nobody:secret@127.0.0.1:1/nothing\n")
    done = command("migrate", TRAMBOT_SECRETS_DIR=str(tmp_path))
    assert done.code == 1
    assert "PostgreSQL cannot be used" in done.complaints
    assert "secret" not in done.complaints


@pytest.mark.parametrize("written", ['{"canary-key": "1"}', '{"1": "canary-key"', "canary-key"])
def test_T24_a_key_that_is_set_wrongly_is_named_and_not_shown(installation: dict[str, str], written: str) -> None:
    done = command("api", **installation | {"TRAMBOT_SEALING_KEYS": written})
    assert done.code == 1
    assert "TRAMBOT_SEALING_KEYS" in done.complaints
    assert "canary" not in (done.out + done.complaints).lower()
    assert "Traceback" not in done.complaints


def test_a_secrets_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = command("api", TRAMBOT_SECRETS_DIR=str(tmp_path / "file"))
    assert (done.code, done.complaints) == (1, "TRAMBOT_SECRETS_DIR does not name a folder that can be read.\n")
