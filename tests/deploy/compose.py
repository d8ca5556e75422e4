"""docker-compose.yml as Compose reads it: the services, once the variables of .env are filled in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).parents[2]
FILE = PROJECT / "docker-compose.yml"
EXAMPLE = PROJECT / ".env.example"

VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<otherwise>:-|:\?)(?P<rest>[^}]*))?\}")
SETTING = re.compile(r"^#?(?P<name>[A-Z][A-Z0-9_]*)=(?P<value>.*)$", re.MULTILINE)
PLACE_OF_SECRETS = "/run/secrets"


class Unset(ValueError):
    """A variable that has no default was given no value; the text says what it is."""


@dataclass(frozen=True)
class Service:
    """One service. `raw` is all that is said of it; the rest is what a stand-in needs."""

    name: str
    raw: dict[str, Any]
    secrets: dict[str, Path]
    """Where each secret lies on the installer's side, by its name in /run/secrets."""
    configs: dict[str, Path]
    """The same for the files that are no secrets, by their path in the container."""

    @property
    def command(self) -> list[str]:
        words: list[str] = self.raw["command"]
        return words

    @property
    def environment(self) -> dict[str, str]:
        """What is set; a name without a value is handed through if the installer has one, and else is not there."""
        given: dict[str, str | None] = self.raw.get("environment", {})
        return {name: value for name, value in given.items() if value is not None}

    @property
    def is_ours(self) -> bool:
        """Whether it runs the command `trambot`."""
        return bool(self.raw.get("build", {}).get("target") == "trambot")

    @property
    def is_by_hand(self) -> bool:
        """Whether `docker compose up` leaves it alone."""
        return bool(self.raw.get("profiles"))

    @property
    def conditions(self) -> dict[str, str]:
        """What must be so of which other services before it starts."""
        return {name: wanted["condition"] for name, wanted in self.raw.get("depends_on", {}).items()}


def written() -> dict[str, Any]:
    """The file as it is written, anchors resolved, variables not."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text())
    return read


def services(values: Mapping[str, str]) -> dict[str, Service]:
    """Every service, with these values for the variables.

    Raises Unset.
    """
    whole: dict[str, Any] = _filled(written(), values)
    return {name: _service(name, raw, whole) for name, raw in whole["services"].items()}


def variables(node: Any = None) -> set[str]:
    """The names of the variables that the file asks for, those handed through to a process among them."""
    node = written() if node is None else node
    handed_through = {name for env in _environments(node) for name, value in env.items() if value is None}
    return handed_through | {found["name"] for text in _texts(node) for found in VARIABLE.finditer(text)}


def defaults() -> dict[str, str]:
    """The defaults that the file itself has for variables, by name."""
    found = (match for text in _texts(written()) for match in VARIABLE.finditer(text))
    return {match["name"]: match["rest"] for match in found if match["otherwise"] == ":-"}


def example() -> dict[str, str]:
    """The variables that .env.example names, commented out or not, with their values there."""
    return {found["name"]: found["value"] for found in SETTING.finditer(EXAMPLE.read_text())}


def _service(name: str, raw: dict[str, Any], whole: dict[str, Any]) -> Service:
    return Service(name, raw, _files(raw, whole, "secrets"), _files(raw, whole, "configs"))


def _files(raw: dict[str, Any], whole: dict[str, Any], kind: str) -> dict[str, Path]:
    """Where the service's secrets or configs are, by what they are called in the container."""
    wanted = [{"source": one, "target": one} if isinstance(one, str) else one for one in raw.get(kind, [])]
    return {one["target"]: PROJECT / whole[kind][one["source"]]["file"] for one in wanted}


def _filled(node: Any, values: Mapping[str, str]) -> Any:
    match node:
        case dict():
            return {key: _handed(key, value, values) for key, value in node.items()}
        case list():
            return [_filled(one, values) for one in node]
        case str():
            return VARIABLE.sub(lambda found: _value(found, values), node)
        case _:
            return node


def _handed(key: str, value: Any, values: Mapping[str, str]) -> Any:
    if key != "environment":
        return _filled(value, values)
    return {name: values.get(name) if one is None else _filled(one, values) for name, one in value.items()}


def _value(found: re.Match[str], values: Mapping[str, str]) -> str:
    given = values.get(found["name"], "")
    if given or found["otherwise"] is None:
        return given
    if found["otherwise"] == ":?":
        raise Unset(f"{found['name']}: {found['rest']}")
    return found["rest"]


def _texts(node: Any) -> Iterator[str]:
    match node:
        case dict():
            yield from (text for value in node.values() for text in _texts(value))
        case list():
            yield from (text for value in node for text in _texts(value))
        case str():
            yield node


def _environments(node: Any) -> Iterator[dict[str, Any]]:
    for service in node["services"].values():
        yield service.get("environment", {})
