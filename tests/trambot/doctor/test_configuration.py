"""The settings as the doctor finds them: missing, loose, open to others, said twice, or a demo's."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trambot.conftest import new_folder
from tests.trambot.doctor.hands import API_KEYS, JOURNAL, base64_of, found, wrongs
from trambot.doctor import configuration
from trambot.doctor.finding import Finding, Mark
from trambot.doctor.given import Given
from trambot.settings import SECRETS

CANARY = "geheim-12"
API = {
    "database_url": f"postgresql://api:{CANARY}@127.0.0.1/trambot",
    "service_key": f"{CANARY}-{'x' * 32}",
    "sms_url": "https://sms.example/send",
    "sms_key": CANARY,
    **API_KEYS,
}
BOT = {
    "bot_token": f"123456:{CANARY}",
    "api_url": "http://127.0.0.1:8000",
    "redis_url": f"redis://:{CANARY}@127.0.0.1:6379/0",
    "journal_key": base64_of(JOURNAL),
    "service_key": API["service_key"],
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a machine on which both processes run."""
    put(monkeypatch, API | BOT)
    return monkeypatch


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A secrets folder that others can pass through."""
    with new_folder() as made:
        monkeypatch.setenv(SECRETS, str(made))
        yield made


def put(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"TRAMBOT_{name.upper()}", value)


async def looked_at() -> dict[str, Finding]:
    findings = await found(configuration.examine(Given.read()))
    assert CANARY not in f"{findings}"
    return findings


async def test_complete_settings_are_in_order(environment: pytest.MonkeyPatch) -> None:
    findings = await looked_at()
    assert wrongs(findings) == set()
    assert findings["migrate"].mark is Mark.UNKNOWN
    assert "rules' own" in findings["policy"].says


async def test_nothing_at_all_is_answered_with_what_to_do() -> None:
    findings = await looked_at()
    assert wrongs(findings) == {"processes"}
    for word in ("TRAMBOT_BOT_TOKEN", "TRAMBOT_DATABASE_URL", "TRAMBOT_SECRETS_DIR", "make demo", "docs/doctor.md"):
        assert word in findings["processes"].do


async def test_what_is_missing_is_named_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("TRAMBOT_SMS_KEY")
    environment.delenv("TRAMBOT_REDIS_URL")
    findings = await looked_at()
    assert wrongs(findings) == {"api", "bot"}
    assert "TRAMBOT_SMS_KEY is missing" in findings["api"].says
    assert "TRAMBOT_REDIS_URL is missing" in findings["bot"].says


async def test_a_process_of_another_machine_is_not_missed_here(environment: pytest.MonkeyPatch) -> None:
    for name in API.keys() - BOT.keys():
        environment.delenv(f"TRAMBOT_{name.upper()}")
    findings = await looked_at()
    assert wrongs(findings) == set()
    assert findings["api"].mark is Mark.UNKNOWN


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("otp_failures", "6", "otp_failures is 6, at most 5 is allowed"),
        ("service_key", CANARY, "TRAMBOT_SERVICE_KEY"),
        ("sealing_keys", CANARY, "TRAMBOT_SEALING_KEYS is not written as JSON"),
        ("sealing_keys", f'{{"{CANARY}": 1}}', "TRAMBOT_SEALING_KEYS"),
        ("port", CANARY, "TRAMBOT_PORT"),
    ],
)
async def test_T24_what_would_stop_the_start_is_told_without_its_value(
    environment: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    put(environment, {name: value})
    findings = await looked_at()
    assert "api" in wrongs(findings)
    assert says in findings["api"].says
    assert findings["policy"].mark is Mark.UNKNOWN


async def test_R06_stricter_limits_are_named(environment: pytest.MonkeyPatch) -> None:
    put(environment, {"otp_failures": "3", "otp_lock": "600"})
    says = (await looked_at())["policy"].says
    assert "TRAMBOT_OTP_FAILURES is 3 instead of 5" in says
    assert "TRAMBOT_OTP_LOCK is 600 s instead of 300 s" in says


@pytest.mark.parametrize(("name", "value"), [("demo", "1"), ("clock_file", "clock"), ("allow_forgetful_redis", "true")])
async def test_T44_what_is_a_demos_is_found(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    put(environment, {name: value})
    assert name in wrongs(await looked_at())


@pytest.mark.parametrize(
    ("url", "mark"),
    [
        ("http://localhost:8000", Mark.GOOD),
        ("http://[::1]:8000", Mark.GOOD),
        ("https://api.example", Mark.GOOD),
        ("http://api:8000", Mark.UNKNOWN),
        ("http://api.example:8000", Mark.WRONG),
        ("http://10.1.2.3:8000", Mark.WRONG),
        ("http://[fd00::1]:8000", Mark.WRONG),
        ("http://[geheim-12", Mark.WRONG),
    ],
)
async def test_passwords_go_to_another_host_over_tls_only(
    environment: pytest.MonkeyPatch, url: str, mark: Mark
) -> None:
    put(environment, {"api_url": url})
    assert (await looked_at())["api_url"].mark is mark


async def test_a_misspelt_setting_is_pointed_out(environment: pytest.MonkeyPatch) -> None:
    put(environment, {"opt_failures": "3"})
    findings = await looked_at()
    assert "TRAMBOT_OPT_FAILURES" in findings["names"].says


# The secrets folder


async def test_secrets_that_only_their_owner_can_read_are_in_order(folder: Path) -> None:
    fill(folder)
    assert wrongs(await looked_at()) == set()


def fill(folder: Path) -> None:
    for name, value in (API | BOT).items():
        file = folder / f"TRAMBOT_{name.upper()}"
        file.write_text(value)
        file.chmod(0o600)


async def test_T24_a_secret_that_everybody_can_read_is_found(folder: Path) -> None:
    fill(folder)
    (folder / "TRAMBOT_BOT_TOKEN").chmod(0o644)
    findings = await looked_at()
    assert wrongs(findings) == {"secret_files"}
    assert "TRAMBOT_BOT_TOKEN" in findings["secret_files"].says
    close(folder)
    assert wrongs(await looked_at()) == set()


def close(folder: Path) -> None:
    folder.chmod(0o700)


async def test_a_folder_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv(SECRETS, str(folder / "elsewhere"))
    assert "secrets_folder" in wrongs(await looked_at())


async def test_a_secret_that_is_no_text_is_told_and_hides_nothing(
    environment: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / "TRAMBOT_SMS_KEY").write_bytes(b"\xff\xfe")
    findings = await looked_at()
    assert wrongs(findings) == {"secrets_folder"}
    assert findings["bot"].mark is Mark.GOOD


async def test_a_link_out_of_the_folder_is_pointed_out(folder: Path, tmp_path: Path) -> None:
    fill(folder)
    (tmp_path / "key").write_text(CANARY)
    (folder / "TRAMBOT_SMS_KEY").unlink()
    (folder / "TRAMBOT_SMS_KEY").symlink_to(tmp_path / "key")
    assert "inside" in wrongs(await looked_at())


async def test_a_setting_of_two_meanings_is_found(environment: pytest.MonkeyPatch, folder: Path) -> None:
    fill(folder)
    (folder / "TRAMBOT_SERVICE_KEY").write_text(f"another-{CANARY}")
    findings = await looked_at()
    assert wrongs(findings) == {"given_once"}
    assert "TRAMBOT_SERVICE_KEY" in findings["given_once"].says


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_a_secret_of_another_user_is_told(folder: Path) -> None:
    fill(folder)
    (folder / "TRAMBOT_BOT_TOKEN").chmod(0)
    assert "secrets_folder" in wrongs(await looked_at())
