"""The end of the story: one thing after another breaks down while people go on talking."""

import asyncio
import contextlib

import aiohttp
import psycopg

from simulator.person import Person
from tests.canaries.search import Artefact
from tests.canaries.stage import Stage
from tests.canaries.story import SECRET, wrongly

CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'trambot-api'"
REFUSALS = (400, 401, 403, 404, 409, 413, 429, 500, 502)
PATIENCE = aiohttp.ClientTimeout(total=60)  # seconds


async def ruin(there: Stage, superuser_url: str) -> None:
    """Cut the API off its database, let Telegram refuse everything, then end the API, then Valkey."""
    nurse = await there.play.newcomer(there.flock["first name"], phone=there.flock.phone("late phone", "986000543"))
    await nurse.say("/start")
    await nurse.hears("Chào mừng", within=30)
    await without_the_database(there, superuser_url)
    for code in REFUSALS:
        await there.play.fault("refuse", "*", code=code, retry_after=1, times=4)
        await talk(there, nurse, code)
        await there.play.clear_faults()
    there.running["api"].kill()
    await there.running["api"].wait()
    await talk(there, nurse, 1)
    there.valkey.stop()
    await talk(there, nurse, 2)


async def without_the_database(there: Stage, superuser_url: str) -> None:
    """Every request finds its connection gone, some in the middle."""
    with psycopg.connect(superuser_url, autocommit=True) as link:
        for method, path, body, headers in wrongly(there, {}):
            asked = [asyncio.ensure_future(_ask(there, method, path, body, headers)) for _ in range(3)]
            await asyncio.to_thread(link.execute, CUT_OFF)
            await asyncio.gather(*asked)


async def _ask(there: Stage, method: str, path: str, body: object, headers: dict[str, str]) -> None:
    given = {"data": body.encode()} if isinstance(body, str) else {"json": body}
    async with there.http.request(method, there.api_url + path, headers=headers, timeout=PATIENCE, **given) as answer:
        kind = "answers" if answer.status < 400 else "error answers"
        there.answers.append(Artefact(kind, f"{answer.status} in the ruins", await answer.read()))


async def talk(there: Stage, nurse: Person, number: int) -> None:
    """Say what a sign-in would ask for, whatever the answers are."""
    words = ("username", "password", "small talk", "new password", "unknown command")
    chat = {"chat": {"id": nurse.id, "type": "private"}, "from": {"id": nurse.id, "is_bot": False, "first_name": "x"}}
    await asyncio.gather(
        *(
            _write(there, {"update_id": number * 100 + at, "message": chat | _said(at, there.flock[word])})
            for at, word in enumerate(words)
        )
    )


def _said(number: int, text: str) -> dict[str, object]:
    return {"message_id": 10_000 + number, "date": 0, "text": text}


async def _write(there: Stage, update: dict[str, object]) -> None:
    headers = {SECRET: there.flock["webhook secret"]}
    with contextlib.suppress(aiohttp.ClientError):
        async with there.http.post(there.webhook_url, json=update, headers=headers, timeout=PATIENCE) as answer:
            there.answers.append(Artefact("error answers", f"webhook {answer.status}", await answer.read()))
