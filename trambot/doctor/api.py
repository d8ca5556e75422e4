"""The API as the bot reaches it: whether it answers, which version it is, and whether it takes the service key."""

import json
import secrets
from http import HTTPStatus

from trambot.doctor.call import Answer, call
from trambot.doctor.finding import Finding, Findings, Trouble, good, unknown, wrong
from trambot.doctor.given import Given

NAME, VERSION = "TramBot", "1"
CORRECT = "Correct TRAMBOT_API_URL: it is the address before /v1."
ANOTHER = "Give the API and the bot the same TRAMBOT_SERVICE_KEY, and start both again."

INNER = "Point TRAMBOT_API_URL to the door that is the bots' own, not to the one for everybody."


async def examine(given: Given) -> Findings:
    """Ask for its health, its description, and for an effect that nobody ever did."""
    if given.api_url is None:
        yield unknown("health", "Not looked at: TRAMBOT_API_URL is not given here.")
        return
    url = given.api_url.rstrip("/")
    try:
        yield health(await call(f"{url}/v1/health"))
        yield version(await call(f"{url}/v1/openapi.json"))
        yield await service_key(url, given)
    except Trouble as trouble:
        yield trouble.found("health")


def health(answer: Answer) -> Finding:
    """It and its database work."""
    match answer.status:
        case HTTPStatus.OK:
            return good("health", f"The API and its database answer ({answer.took:.0f} ms).")
        case HTTPStatus.SERVICE_UNAVAILABLE:
            do = "See what is said of the database; look into the API's log."
            return wrong("health", "The API answers, but its database does not.", do)
        case status:
            return wrong("health", f"What answers there is not the API (it says {status}).", CORRECT)


def version(answer: Answer) -> Finding:
    """The bot and the API must speak the same."""
    told = _described(answer)
    if told == (NAME, VERSION):
        return good("version", f"It is {NAME}'s API, version {VERSION}.")
    return wrong("version", f"What answers there is not {NAME}'s API, version {VERSION}.", CORRECT)


def _described(answer: Answer) -> tuple[object, object]:
    try:
        about = json.loads(answer.body)["info"]
        return about["title"], about["version"]
    except (ValueError, KeyError, TypeError):
        return "", ""


async def service_key(url: str, given: Given) -> Finding:
    """Ask, as the bot for a chat that does not exist, what became of a key that was never used: changes nothing.

    Another key is tried first: if that does as well, something in between takes the keys away, and nothing is proven.
    """
    if given.service_key is None:
        return unknown("service_key", "Not tried: TRAMBOT_SERVICE_KEY is not given here.")
    if await _let_in(url, secrets.token_hex(32)) == HTTPStatus.OK:
        return wrong("service_key", "The bot's key does not reach the API: something in between takes it away.", INNER)
    match await _let_in(url, given.service_key.get_secret_value()):
        case HTTPStatus.OK:
            return good("service_key", "The API takes the bot's service key.")
        case HTTPStatus.FORBIDDEN:
            return wrong("service_key", "The API has another service key than the one given here.", ANOTHER)
        case status:
            return unknown(
                "service_key", f"The API did not say whether it takes the service key (it answered {status})."
            )


async def _let_in(url: str, key: str) -> int:
    headers = {"X-Service-Key": key, "X-Chat-Id": "0"}
    return (await call(f"{url}/v1/effects/{secrets.token_hex(16)}", headers=headers)).status
