"""docker-compose.yml: it fits its schema, gives every process what it needs and no more, and shuts the rest in."""

import json
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from api.settings import ApiSettings
from bot.settings import BotSettings
from tests.deploy import compose
from tests.deploy.compose import PROJECT, Service, services
from trambot.servers.programs import postgres_programs, valkey_program
from trambot.servers.users import servers_user
from trambot.settings import SECRETS, OwnerSettings

SCHEMA = Path(__file__).parent / "compose-spec.json"
HANDED_THROUGH = [
    name for name, value in compose.written()["services"]["api-1"]["environment"].items() if value is None
]
GIVEN = {
    name: value
    for name, value in compose.example().items()
    if name not in compose.defaults() and name not in HANDED_THROUGH
}
"""What the installer has to say."""
SERVICES = services({"TRAMBOT_SECRETS": "./made-up", **GIVEN})
OURS = [service for service in SERVICES.values() if service.is_ours]
KEPT = [service for service in SERVICES.values() if service.raw.get("restart") == "unless-stopped"]

READS: dict[str, list[type[BaseSettings]]] = {
    "api": [ApiSettings],
    "bot": [BotSettings],
    "migrate": [OwnerSettings],
    "create-admin": [OwnerSettings, ApiSettings],
    "doctor": [ApiSettings, BotSettings],
}
"""What the commands read."""

each = pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
each_of_ours = pytest.mark.parametrize("service", OURS, ids=lambda service: service.name)


def test_the_file_fits_the_schema_of_compose() -> None:
    schema = json.loads(SCHEMA.read_text())
    problems = [f"{error.instance_path}: {error.message}" for error in jsonschema_rs.iter_errors(schema, _as_json())]
    assert problems == []


def test_a_file_that_does_not_fit_is_found() -> None:
    broken = _as_json() | {"services": {"api": {"imagine": "trambot"}}}
    assert not jsonschema_rs.is_valid(json.loads(SCHEMA.read_text()), broken)


def _as_json() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(json.dumps(compose.written()))
    return whole


def test_env_example_explains_every_variable_that_is_used_and_no_other() -> None:
    assert set(compose.example()) == compose.variables()
    lines = compose.EXAMPLE.read_text().splitlines()
    for before, line in pairwise(lines):
        if compose.SETTING.match(line):
            assert before.startswith("# "), f"{line} is not explained"
            assert before.endswith("."), f"{line} is not explained in a sentence"


def test_env_example_shows_the_defaults_that_hold() -> None:
    example = compose.example()
    assert {name: example[name] for name in compose.defaults()} == compose.defaults()
    shown = ApiSettings.model_validate(
        {
            "database_url": "-",
            "service_key": "k" * 32,
            "sealing_keys": {1: "A" * 43 + "="},
            "digest_key": "A" * 43 + "=",
            "sms_url": "http://sms.example.vn",
            "sms_key": "-",
            **{name.removeprefix("TRAMBOT_").lower(): example[name] for name in HANDED_THROUGH},
        }
    )
    policy = type(shown.policy)()
    assert shown.policy == policy


def test_without_the_settings_that_only_the_installer_knows_nothing_starts() -> None:
    for missing in GIVEN:
        with pytest.raises(compose.Unset, match=missing):
            services({name: value for name, value in GIVEN.items() if name != missing})


@each_of_ours
def test_every_setting_named_is_one_that_the_command_reads(service: Service) -> None:
    known = {name for kind in READS[service.command[0]] for name in kind.model_fields}
    given = {name.removeprefix("TRAMBOT_").lower() for name in _given(service) if name != SECRETS}
    assert given <= known


@each_of_ours
def test_every_setting_without_a_default_is_given(service: Service) -> None:
    for kind in READS[service.command[0]]:
        needed = {f"TRAMBOT_{name.upper()}" for name, field in kind.model_fields.items() if field.is_required()}
        assert needed <= _given(service)


@each_of_ours
def test_T24_what_is_secret_comes_in_a_file_and_what_is_none_does_not(service: Service) -> None:
    secret = {
        f"TRAMBOT_{name.upper()}"
        for kind in READS[service.command[0]]
        for name, field in kind.model_fields.items()
        if "SecretStr" in str(field.annotation) or field.annotation is SecretStr
    }
    assert set(service.secrets) <= secret
    assert not secret & set(service.environment)
    assert service.environment[SECRETS] == compose.PLACE_OF_SECRETS


def _given(service: Service) -> set[str]:
    return {*service.raw["environment"], *service.secrets}


def test_a_bot_does_not_start_on_less_than_a_webhook_with_its_secret() -> None:
    for name in ("bot-1", "bot-2"):
        service = SERVICES[name]
        assert service.environment["TRAMBOT_UPDATES"] == "webhook"
        assert "TRAMBOT_WEBHOOK_SECRET" in service.secrets


@pytest.mark.parametrize("secret", ["postgres_password", "owner_password", "TRAMBOT_DATABASE_OWNER_URL"])
def test_only_the_database_and_what_ends_by_itself_know_its_owner(secret: str) -> None:
    knowing = {service.name for service in SERVICES.values() if secret in service.secrets}
    assert knowing <= {"postgres", "migrate", "create-admin"}
    assert all(SERVICES[name].raw["restart"] == "no" for name in knowing - {"postgres"})


def test_neither_the_bots_nor_caddy_reach_the_database() -> None:
    on = {name: set(service.raw["networks"]) for name, service in SERVICES.items()}
    for name in ("bot-1", "bot-2", "caddy", "valkey"):
        assert not on[name] & on["postgres"], name
    for name in ("api-1", "api-2", "caddy", "migrate"):
        assert not on[name] & on["valkey"], name
    assert not on["bot-1"] & on["api-1"], "the bots go through Caddy, which balances"


def test_what_keeps_data_has_no_way_out_and_only_caddy_is_reached_from_outside() -> None:
    networks = compose.written()["networks"]
    for name in ("postgres", "valkey", "migrate"):
        assert all(networks[network].get("internal") for network in SERVICES[name].raw["networks"]), name
    assert [name for name, service in SERVICES.items() if "ports" in service.raw] == ["caddy"]


def test_forwarded_addresses_are_believed_of_caddys_network_alone() -> None:
    (believed,) = json.loads(SERVICES["api-1"].environment["TRAMBOT_TRUSTED_PROXIES"])
    filled = services({"TRAMBOT_INNER_NETWORK": "10.9.8.0/28", **GIVEN})
    assert json.loads(filled["api-1"].environment["TRAMBOT_TRUSTED_PROXIES"]) == ["10.9.8.0/28"]
    subnet = compose.written()["networks"]["service"]["ipam"]["config"][0]["subnet"]
    assert believed in subnet
    there = {name for name, service in SERVICES.items() if "service" in service.raw["networks"]}
    assert there == {"caddy", "api-1", "api-2"}


@each
def test_nothing_runs_as_root_or_writes_where_it_need_not_or_takes_all_there_is(service: Service) -> None:
    user, _, group = service.raw["user"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert service.raw["read_only"] is True
    assert service.raw["cap_drop"] == ["ALL"]
    assert "cap_add" not in service.raw
    assert service.raw["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service.raw
    limits = service.raw["deploy"]["resources"]["limits"]
    assert {"cpus", "memory", "pids"} <= set(limits)
    assert {"max-size", "max-file"} <= set(service.raw["logging"]["options"])


@pytest.mark.parametrize("service", KEPT, ids=lambda service: service.name)
def test_what_is_to_run_on_is_looked_at(service: Service) -> None:
    assert service.raw["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


def test_everything_runs_on_but_what_ends_by_itself() -> None:
    assert {name for name, service in SERVICES.items() if service not in KEPT} == {"migrate", "create-admin", "doctor"}
    assert [name for name, service in SERVICES.items() if service.is_by_hand] == ["create-admin", "doctor"]


@each
def test_whatever_is_waited_for_can_come(service: Service) -> None:
    for name, condition in service.conditions.items():
        wanted = SERVICES[name].raw
        if condition == "service_healthy":
            assert "test" in wanted["healthcheck"], f"{service.name} waits for {name} in vain"
        else:
            assert condition == "service_completed_successfully"
            assert wanted["restart"] == "no"


def test_the_images_are_of_the_versions_that_the_tests_run_on() -> None:
    user = servers_user()
    programs, _ = postgres_programs(user)
    assert _version(programs / "postgres") == SERVICES["postgres"].raw["image"].partition(":")[2]
    assert _version(valkey_program(user)) == SERVICES["valkey"].raw["image"].partition(":")[2]


def _version(program: Path) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return next(word.removeprefix("v=") for word in said.split() if word.removeprefix("v=")[0].isdigit())


@each
def test_every_file_that_is_mounted_is_there(service: Service) -> None:
    assert all(file.is_file() for file in service.configs.values())


def test_the_image_is_built_from_the_project_and_nothing_else() -> None:
    allowed = [line[1:].rstrip("/") for line in (PROJECT / ".dockerignore").read_text().splitlines() if line[:1] == "!"]
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    assert sorted(copied) == sorted(allowed)
