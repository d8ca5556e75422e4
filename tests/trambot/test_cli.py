"""The command line: what it says when something is missing, and the first account of an installation."""

import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher

KEY = b64encode(bytes(range(32))).decode()


def trambot(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command with these settings and no others."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("TRAMBOT_")}
    return subprocess.run(
        [sys.executable, "-m", "trambot", *words],
        env={**ours, **settings},
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


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
    done = trambot(*ADMIN, **installation)
    assert done.returncode == 0, done.stderr
    with psycopg.connect(owner_url) as link:
        row = link.execute(
            "SELECT role, must_change_password, password_hash FROM account WHERE username = 'quan.tri'"
        ).fetchone()
    assert row is not None
    assert row[:2] == ("system_admin", True)
    assert PasswordHasher().verify(row[2], done.stdout.split()[-1])


def test_a_second_admin_is_made_only_when_asked_for(installation: dict[str, str]) -> None:
    assert trambot(*ADMIN, **installation).returncode == 0
    refused = trambot(*ADMIN, **installation)
    assert (refused.returncode, "--another" in refused.stderr) == (1, True)
    taken = trambot(*ADMIN, "--another", **installation)
    assert (taken.returncode, "is taken" in taken.stderr) == (1, True)


def test_a_phone_that_gets_no_sms_is_refused_and_nothing_is_written(
    installation: dict[str, str], owner_url: str
) -> None:
    refused = trambot(*ADMIN[:-1], "024 3825 3536", **installation)
    assert (refused.returncode, "mobile" in refused.stderr) == (1, True)
    with psycopg.connect(owner_url) as link:
        assert link.execute("SELECT FROM account").fetchone() is None


def test_missing_settings_are_named_without_a_traceback() -> None:
    done = trambot("api", TRAMBOT_SERVICE_KEY="too-short-and-secret")
    assert done.returncode == 1
    assert "TRAMBOT_DATABASE_URL: Field required" in done.stderr
    assert "TRAMBOT_SERVICE_KEY" in done.stderr
    assert "too-short-and-secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_T24_settings_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "TRAMBOT_DATABASE_OWNER_URL").write_text("postgresql://nobody:secret@127.0.0.1:1/nothing\n")
    (tmp_path / "trambot_database_url").write_text("postgresql://nobody:secret@127.0.0.1:1/nothing\n")
    done = trambot("migrate", TRAMBOT_SECRETS_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "PostgreSQL cannot be used" in done.stderr
    assert "secret" not in done.stderr


def test_it_knows_its_version() -> None:
    assert trambot("--version").stdout.startswith("trambot 0.")


@pytest.mark.parametrize("written", ['{"canary-key": "1"}', '{"1": "canary-key"', "canary-key"])
def test_T24_a_key_that_is_set_wrongly_is_named_and_not_shown(installation: dict[str, str], written: str) -> None:
    done = trambot("api", **installation | {"TRAMBOT_SEALING_KEYS": written})
    assert done.returncode == 1
    assert "TRAMBOT_SEALING_KEYS" in done.stderr
    assert "canary" not in (done.stdout + done.stderr).lower()
    assert "Traceback" not in done.stderr


def test_a_secrets_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = trambot("api", TRAMBOT_SECRETS_DIR=str(tmp_path / "file"))
    assert (done.returncode, done.stderr) == (1, "TRAMBOT_SECRETS_DIR does not name a folder that can be read.\n")
