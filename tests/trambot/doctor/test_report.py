"""The whole visit as a person or a program meets it: `trambot doctor`."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterator
from urllib.parse import quote

import pytest
from rich.console import Console

from api.app import make_app
from api.settings import ApiSettings
from conversations.texts import word
from models.migrations.run import upgrade
from tests.api.hands import served
from tests.bot.hands import TOKEN, Telegram
from tests.trambot.command import Ended, command
from tests.trambot.conftest import new_folder
from tests.trambot.doctor.hands import API_KEYS, JOURNAL, base64_of, given, random_looking
from trambot.doctor import visit
from trambot.doctor.finding import Finding, Findings, Mark, good, wrong
from trambot.doctor.given import Given
from trambot.doctor.report import Lines
from trambot.servers import embedded_postgres
from trambot.servers.roles import API, as_role, own_database

SERVICE_KEY = random_looking(6).hex()
SMS_KEY = random_looking(7).hex()


async def doctor(*words: str, **settings: object) -> Ended:
    """Run the command with these settings and no others, beside whoever it visits."""
    told = {f"TRAMBOT_{name.upper()}": str(value) for name, value in settings.items()}
    return await asyncio.to_thread(command, "doctor", *words, **told)


# All of it


@pytest.fixture(scope="module")
def durable() -> Iterator[tuple[str, str]]:
    """The owner's and the API's address of a new database in a PostgreSQL that keeps what it is given."""
    with new_folder() as folder, embedded_postgres(folder / "postgres") as server:
        owner_url = own_database(server.superuser_url(), "trambot", "owner-password")
        api_url = as_role(owner_url, API, "api-password")
        upgrade(owner_url, api_url)
        yield owner_url, api_url


@pytest.fixture
async def installation(
    durable: tuple[str, str], valkey_url: str, telegram: Telegram
) -> AsyncIterator[dict[str, object]]:
    """Everything that a working installation has in its environment; only the bot's process is missing."""
    owner_url, api_url = durable
    api = {
        "database_url": api_url,
        "service_key": SERVICE_KEY,
        "sms_url": f"{telegram.address.url}/sms",
        "sms_key": SMS_KEY,
        **API_KEYS,
    }
    settings = ApiSettings.model_validate({**api, "sealing_keys": json.loads(API_KEYS["sealing_keys"])})
    async with served(make_app(settings, word, settings.clock())) as url:
        yield {
            **api,
            "database_owner_url": owner_url,
            "redis_url": valkey_url,
            "journal_key": base64_of(JOURNAL),
            "bot_token": TOKEN,
            "telegram_url": telegram.address.url,
            "api_url": url,
        }


async def test_an_installation_that_works_is_healthy(installation: dict[str, object]) -> None:
    ended = await doctor("--json", **installation)
    told = json.loads(ended.out)
    assert [finding for finding in told["findings"] if finding["mark"] == "wrong"] == []
    unknown = {(finding["subject"], finding["check"]) for finding in told["findings"] if finding["mark"] == "unknown"}
    assert unknown == {("database", "disk"), ("sms", "key")}
    assert (told["healthy"], ended.code, ended.complaints) == (True, 0, "")
    assert {finding["subject"] for finding in told["findings"]} == set(visit.SUBJECTS)


async def test_T24_no_secret_is_shown_though_everything_is_wrong(telegram: Telegram) -> None:
    port = telegram.address.port
    canaries = {name: f"Canary/{name}?x-0123456789-0123456789-0123456789" for name in SECRET}
    ended = await doctor(
        database_owner_url=f"postgresql://o:{canaries['owner']}@127.0.0.1:1/trambot",
        database_url=f"postgresql://a:{quote(canaries['database'], safe='')}@127.0.0.1:1/trambot",
        redis_url=f"redis://:{quote(canaries['redis'], safe='')}@127.0.0.1:1/0",
        service_key=canaries["service"],
        sealing_keys=f'{{"{canaries["sealing"]}": "{canaries["sealing"]}"}}',
        digest_key=canaries["digest"],
        journal_key=canaries["journal"],
        sms_url=f"http://sms:{canaries['sms']}@127.0.0.1:1/{canaries['sms']}",
        sms_key=canaries["sms"],
        api_url=f"http://127.0.0.1:{port}/{canaries['path']}",
        bot_token=f"1:{canaries['token']}",
        telegram_url=f"http://127.0.0.1:{port}",
        updates="webhook",
        webhook_url=f"http://127.0.0.1:{port}/{canaries['path']}",
        webhook_secret=canaries["webhook"],
    )
    assert (ended.code, ended.complaints) == (1, "")
    assert "Canary" not in ended.out
    assert ended.out.count("✘") > 10
    assert all(f"\n{subject}\n" in f"\n{ended.out}" for subject in visit.SUBJECTS)


SECRET = ("owner", "database", "redis", "service", "sealing", "digest", "journal", "sms", "path", "token", "webhook")


# One of it


Told = dict[str, list[Finding]]


async def visited(given: Given) -> Told:
    told: Told = {}
    await visit.visit(given, told.__setitem__)
    return told


@pytest.fixture
def two_subjects(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """A visit of one subject that is in order, and room for another."""

    async def in_order(_: Given) -> Findings:
        yield good("it", "It is.")

    subjects: dict[str, object] = {"another": in_order, "in_order": in_order}
    monkeypatch.setattr(visit, "SUBJECTS", subjects)
    return subjects


async def test_a_fault_of_the_doctors_own_hides_nothing(two_subjects: dict[str, object]) -> None:
    async def stumbles(_: Given) -> Findings:
        yield good("first", "It is.")
        raise RuntimeError("geheim-12")

    two_subjects["another"] = stumbles
    told = await visited(given(demo=1))
    assert [finding.mark for finding in told["another"]] == [Mark.GOOD, Mark.WRONG]
    assert "RuntimeError at test_report.py" in told["another"][1].says
    assert "geheim" not in f"{told}"
    assert told["in_order"][0].mark is Mark.GOOD


async def test_what_hangs_is_given_up_and_hides_nothing(
    two_subjects: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs(_: Given) -> Findings:
        yield good("first", "It is.")
        await asyncio.Event().wait()

    two_subjects["another"] = hangs
    monkeypatch.setattr(visit, "LIMIT", 0.05)
    told = await visited(given(demo=1))
    assert [finding.check for finding in told["another"]] == ["first", "in_time"]
    assert told["in_order"][0].mark is Mark.GOOD


async def test_T24_a_secret_that_slips_into_a_sentence_is_hidden(two_subjects: dict[str, object]) -> None:
    async def talkative(given: Given) -> Findings:
        assert given.redis_url
        yield wrong("it", given.redis_url.get_secret_value(), "Try p%40ssword-1, p@ssword-1 or geheim-12.")

    two_subjects["another"] = talkative
    told = await visited(given(redis_url="redis://:p%40ssword-1@127.0.0.1/0", bot_token="1:geheim-12"))
    assert told["another"] == [wrong("it", "…", "Try …, … or ….")]


def test_a_terminal_without_such_letters_gets_words() -> None:
    written = io.BytesIO()
    with Lines(Console(file=io.TextIOWrapper(written, encoding="ascii", write_through=True)), ["it"]) as lines:
        lines.tell("it", [good("a", "«Good»."), wrong("b", "Bad.", "Mend it.")])
    said = written.getvalue().decode("ascii")
    assert "  ok ?Good?." in said
    assert "  WRONG Bad.\n      Mend it." in said
    assert "1 thing is wrong." in said
