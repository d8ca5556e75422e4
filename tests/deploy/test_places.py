"""The stand-ins: every address inside becomes one of this machine's, and every process gets what Compose gives it."""

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from api.settings import ApiSettings
from bot.settings import BotSettings
from tests.deploy.__main__ import new_folder
from tests.deploy.compose import PROJECT
from tests.deploy.containers import Program
from tests.deploy.installation import DOMAIN, GIVEN, Installation, installed
from tests.deploy.places import Places
from trambot.servers.folder import LOOPBACK
from trambot.settings import SECRETS, OwnerSettings


def test_an_address_inside_becomes_one_of_this_machine_and_stays_it() -> None:
    places = Places({"api-1", "valkey", "caddy"}, DOMAIN)
    port = places.port("valkey", 6379)
    assert places.put_into("redis://:a@valkey:6379/0") == f"redis://:a@{LOOPBACK}:{port}/0"
    assert places.put_into("api-1:8000 api-1:8000") == " ".join([f"{LOOPBACK}:{places.port('api-1', 8000)}"] * 2)
    assert places.put_into(f"https://{DOMAIN}/telegram") == f"http://{LOOPBACK}:{places.port('caddy', 8443)}/telegram"
    assert places.put_into(f"http://{LOOPBACK}:8000/", of="api-1") == f"http://{LOOPBACK}:{places.port('api-1', 8000)}/"


@pytest.mark.parametrize(
    "text", ["not-valkey:6379", "valkey.example.vn:6379", "valkey: none", "https://example.vn:443"]
)
def test_what_only_looks_like_one_stays_as_it_is(text: str) -> None:
    assert Places({"valkey", "caddy"}, DOMAIN).put_into(text) == text


def test_no_two_addresses_share_a_port() -> None:
    places = Places({"api"}, DOMAIN)
    assert len({places.port("api", number) for number in range(50)}) == 50


@pytest.fixture
def installation() -> Iterator[Installation]:
    with new_folder() as folder, installed(folder) as described:
        yield described


@pytest.mark.parametrize("name", ["api-1", "api-2", "bot-1", "bot-2", "migrate"])
def test_every_process_starts_with_the_settings_that_compose_gives_it(
    installation: Installation, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = installation._container(installation.services[name])
    assert isinstance(program, Program)
    for setting, value in program.environment.items():
        monkeypatch.setenv(setting, value)
    kind = {"api": ApiSettings, "bot": BotSettings, "migrate": OwnerSettings}[name.partition("-")[0]]
    read = kind.read()  # type: ignore[attr-defined]  # each of them has it
    urls = [str(getattr(value, "get_secret_value", lambda value=value: value)()) for value in vars(read).values()]
    assert {urlsplit(url).hostname for url in urls if "://" in url} == {LOOPBACK}
    handed = Path(program.environment[SECRETS])
    assert handed.stat().st_mode & 0o777 == 0o700
    assert {file.name for file in handed.iterdir()} == set(installation.services[name].secrets)
    assert {file.stat().st_mode & 0o777 for file in handed.iterdir()} == {0o600}


def test_two_of_a_kind_differ_in_nothing_but_their_place(installation: Installation) -> None:
    for one, other in (("api-1", "api-2"), ("bot-1", "bot-2")):
        first, second = installation.services[one], installation.services[other]
        assert first.raw == second.raw


def test_new_secrets_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    made = {file.name: file.read_text() for file in _made_in(tmp_path / "secrets")}
    again = {file.name: file.read_text() for file in _made_in(tmp_path / "secrets")}
    assert made == again
    assert not set(made) & set(GIVEN), "those are given by others"
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert len(set(made.values())) == len(made)
    for name in ("digest_key", "journal_key"):
        assert len(base64.b64decode(made[name], validate=True)) == 32
    other = {file.name: file.read_text() for file in _made_in(tmp_path / "others")}
    assert not set(made.values()) & set(other.values())


def _made_in(folder: Path) -> list[Path]:
    subprocess.run([PROJECT / "deploy" / "new-secrets", folder], check=True, capture_output=True)
    return sorted(folder.iterdir())
