"""The settings: whether each process could start with them, and whether they are those of a real installation."""

import os
import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsError

from api.settings import ApiSettings
from bot.settings import BotSettings
from models.rules import Policy
from trambot.doctor import secrets_folder
from trambot.doctor.finding import Finding, Findings, good, listed, unknown, wrong
from trambot.doctor.given import PREFIX, Given, folder_given, is_on, named, secret_files, unreadable
from trambot.doctor.way import is_here
from trambot.settings import SECRETS, DemoSettings, OwnerSettings, SimulatorSettings

PROCESSES: dict[str, type[ApiSettings] | type[BotSettings] | type[OwnerSettings]] = {
    "api": ApiSettings,
    "bot": BotSettings,
    "migrate": OwnerSettings,
}
HOW_TO_SET = f"Set them in the environment, or put each into a file of its name in the folder that {SECRETS} names."


async def examine(given: Given) -> Findings:
    """Look at the secrets folder, then at what each process would read, then at what it would do with it."""
    folder = folder_given()
    if folder is not None:
        for finding in secrets_folder.look_into(folder):
            yield finding
    if strange := misspelt(folder):
        yield strange
    here = [name for name in PROCESSES if is_set_up(name, given)]
    if not here:
        yield nothing_is_set_up()
        return
    for name in PROCESSES:
        yield complete(name) if name in here else unknown(name, f"Nothing of `trambot {name}` is set here.")
    yield policy() if "api" in here else unknown("policy", "The limits (R6) are the API's, which is not set up here.")
    for finding in switches(given):
        yield finding
    yield plain_http(given)


def misspelt(folder: Path | None) -> Finding | None:
    """What nobody reads: a wrong letter, and a setting keeps its default."""
    files = [file.name for file in secret_files(folder)] if folder and not unreadable(folder) else []
    written = {name.upper() for name in (*os.environ, *files) if name.upper().startswith(PREFIX)}
    strange = sorted(written - KNOWN)
    return unknown("names", f"No process reads {listed(strange)}: perhaps misspelt.") if strange else None


KNOWN = {SECRETS} | {
    named(name)
    for settings in (ApiSettings, BotSettings, OwnerSettings, SimulatorSettings, DemoSettings)
    for name in settings.model_fields
}


def is_set_up(process: str, given: Given) -> bool:
    """Whether anything is given that this process needs and no other."""
    return any(getattr(given, name, None) is not None for name in own_settings(process))


def own_settings(process: str) -> set[str]:
    """What this process requires and no other does."""
    others = {name for other in PROCESSES if other != process for name in required(other)}
    return required(process) - others


def required(process: str) -> set[str]:
    """The settings without a default."""
    return {name for name, field in PROCESSES[process].model_fields.items() if field.is_required()}


def nothing_is_set_up() -> Finding:
    """What somebody reads who has never done this."""
    needs = [f"{what} {', '.join(sorted(map(named, required(name))))}." for name, what in NEEDED_BY.items()]
    return wrong("processes", "Nothing of TramBot is set up here.", "\n".join([FIRST_WORDS, *needs, LAST_WORDS]))


NEEDED_BY = {"migrate": "`trambot migrate` needs", "api": "`trambot api` needs", "bot": "`trambot bot` needs"}
FIRST_WORDS = (
    "The doctor reads what the processes read: TRAMBOT_… in the environment, and files of these names in the folder "
    f"that {SECRETS} names. Run it where they run and as they run: as their user, or in their container."
)
LAST_WORDS = "docs/doctor.md tells more. Only looking around? `make demo` needs no settings."


def complete(process: str) -> Finding:
    """Whether the process would start with its settings."""
    says = _complaint(PROCESSES[process])
    if says:
        return wrong(process, f"`trambot {process}` would not start: {says}.", HOW_TO_SET)
    return good(process, f"The settings of `trambot {process}` are complete.")


def _complaint(settings: type[ApiSettings] | type[BotSettings] | type[OwnerSettings]) -> str:
    """What keeps the settings from being read: names and reasons, never values."""
    try:
        _read(settings)
    except ValidationError as error:
        return _in_words(error)
    except SettingsError as error:  # its text is the library's, with the field's name in it; its cause has the value
        field = re.search(r'field "(\w+)"', str(error))
        return f"{named(field[1])} is not written as JSON" if field else "the secrets folder cannot be read"
    except (OSError, UnicodeDecodeError):
        return "the secrets folder cannot be read"
    return ""


def _read(settings: type[BaseSettings]) -> BaseSettings:
    folder = folder_given()
    return settings(_secrets_dir=folder if folder and not unreadable(folder) else None)


def _in_words(error: ValidationError) -> str:
    """Only the setting's own name of a place: what follows may be what somebody wrote into it."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    missing = [named(str(each["loc"][0])) for each in problems if each["type"] == "missing"]
    others = [
        f"{named(str(each['loc'][0]))}: {_said(each)}" if each["loc"] else _said(each)
        for each in problems
        if each["type"] != "missing"
    ]
    are_missing = [f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"] if missing else []
    return "; ".join(are_missing + others)


def _said(problem: ErrorDetails) -> str:
    return problem["msg"].removeprefix("Value error, ")


def policy() -> Finding:
    """The limits of R6, and where they are stricter than the rules ask for."""
    try:
        chosen = _read(ApiSettings)
    except (ValueError, OSError):  # pydantic's and the library's errors are ValueErrors
        return unknown("policy", "The limits (R6) cannot be read before the settings of `trambot api` are complete.")
    stricter = [
        f"{named(field.name)} is {_worded(value)} instead of {_worded(field.default)}"
        for field in fields(Policy)
        if (value := getattr(chosen, field.name)) != field.default
    ]
    if stricter:
        return good("policy", f"The limits are stricter than the rules ask for (R6): {', '.join(stricter)}.")
    return good("policy", "The limits on OTPs and sessions are the rules' own (R6).")


def _worded(value: object) -> str:
    return f"{value.total_seconds():.0f} s" if isinstance(value, timedelta) else str(value)


def switches(given: Given) -> list[Finding]:
    """What only a demo may have on."""
    on = {
        "demo": (is_on(given.demo), "this is told to be a demo, whose clock can be turned"),
        "clock_file": (given.clock_file is not None, "the clock can be turned by whoever can write a file"),
        "allow_forgetful_redis": (is_on(given.allow_forgetful_redis), "Valkey may lose open conversations"),
    }
    found = [
        wrong(name, f"{named(name)} is set: {meaning}.", "Remove the setting and start the processes again.")
        for name, (is_set, meaning) in on.items()
        if is_set
    ]
    return found or [good("demo", "Nothing that belongs to a demo alone is switched on.")]


def plain_http(given: Given) -> Finding:
    """Passwords, OTPs and the service key go from the bot to the API: to another host only over TLS."""
    if given.api_url is None:
        return unknown("api_url", f"{named('api_url')} is not given here.")
    try:
        parts = urlsplit(given.api_url)
        scheme, host = parts.scheme, parts.hostname
    except ValueError:
        scheme, host = "", None
    if scheme == "https" or is_here(host):
        return good("api_url", "What the bot sends to the API cannot be read on the way.")
    if host and "." not in host and ":" not in host:
        text = f"The bot calls the API at {host} without TLS: right between containers of one machine, wrong elsewhere."
        return unknown("api_url", text)
    return wrong("api_url", "The bot sends passwords and OTPs to the API on another host without TLS.", WITH_TLS)


WITH_TLS = "Run both on one machine, or put TLS before the API and write https:// into TRAMBOT_API_URL."
