"""Our own contenders do the work that is measured; who does less has no figure."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.app import opened
from api.settings import ApiSettings
from benches.contenders.accounts_ours import fill
from benches.contenders.guess_ours import Layer
from benches.contenders.list_ours import SCOPES, Reader, filters
from benches.contenders.registry import Account, Registry, environment
from benches.lists import slowest
from benches.program import Broken, Program
from benches.rounds import Results
from benches.sizes import SMALL
from benches.turns import check_work, turns_of
from conversations.texts import word
from models.clock import SystemClock

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Stage:
    """As much of a stage as a turn needs."""

    telegram: str
    url: str

    def redis(self) -> str:
        return self.url


@pytest.fixture(scope="module")
def telegram() -> Iterator[str]:
    command = [sys.executable, "-m", "benches.telegram"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def test_our_echo_answers_a_burst(telegram: str, redis_url: str) -> None:
    sample = Program("echo_ours", (telegram, redis_url)).echoed(telegram, SMALL.warm_burst, SMALL.burst)
    assert sample["rate"] > 0
    assert sample["cpu"] > 0


def test_our_turns_make_the_calls_that_are_compared(
    telegram: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAMBOT_ALLOW_FORGETFUL_REDIS", "1")  # the tests' Valkey keeps no file
    sample = turns_of(Stage(telegram, redis_url), "turn_ours", 2, 4, 8)()  # type: ignore[arg-type]  # as much as it needs
    assert sample["p50"] > 0


def test_who_makes_fewer_calls_has_no_figure() -> None:
    done = {"answerCallbackQuery": 8, "editMessageReplyMarkup": 7, "sendMessage": 8, "sessions": 4, "login-history": 4}
    check_work("peer", {}, done, turns=8, chats=1)
    with pytest.raises(Broken, match="peer made"):
        check_work("peer", {}, done | {"login-history": 3}, turns=8, chats=1)


def test_a_contender_that_fails_has_no_figure() -> None:
    with pytest.raises(Broken, match="hash_ours failed"):
        Program("hash_ours", ("no number",)).ran()


async def test_a_guess_in_the_layer_counts_and_keeps_its_answer(
    api_url: str, owner_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(api_url, "http://127.0.0.1:9", 9).items():
        monkeypatch.setenv(name, value)
    async with opened(ApiSettings.read(), word, SystemClock()) as house:
        layer = Layer(house)
        with psycopg.connect(owner_url, autocommit=True) as owner:
            account = Registry(owner, house.keys).account(is_cheap=True)
            begun = await layer.begin(account)
            assert not await layer.guess(begun, begun.wrong())
            assert guard(owner, account) == (1, 1)
            assert await layer.guess(begun, begun.code)
            assert guard(owner, account) == (0, 0)
            assert owner.execute("SELECT count(*) FROM effect WHERE status IS NOT NULL").fetchone() == (2,)


async def test_every_filtered_page_that_is_measured_has_its_people_and_their_numbers(
    api_url: str, owner_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(api_url, "http://127.0.0.1:9", 9).items():
        monkeypatch.setenv(name, value)
    async with opened(ApiSettings.read(), word, SystemClock()) as house:
        layer = Layer(house)
        with psycopg.connect(owner_url, autocommit=True) as owner:
            fill(owner, house.keys, 200)
            assert owner.execute("SELECT count(*) FROM otp_guard").fetchone() == (200,)
            account = Registry(owner, house.keys).account(is_cheap=True, at=SCOPES[0])
        reader = Reader(layer, account, await layer.session(await layer.begin(account)))
        for name, wanted in filters():
            page = await reader.page(wanted)
            assert page.rows[0].phone_hint, name
            assert all(row.username.startswith("nguoi.") for row in page.rows if "username" in wanted), name
            assert len(page.rows) == 1 or "email" not in wanted, name
    assert len(reader.times["page"]) == len(reader.times["act"]) == len(list(filters()))


def test_the_slowest_filters_are_those_of_the_median_round() -> None:
    results = Results()
    for once in ({"a": 9.0, "b": 2.0}, {"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 2.0}):
        results.add("list", {"page": 50.0, "act": 40.0, "select": 30.0} | once)
    assert slowest(results) == ("b", [2, 2, 2])


def guard(owner: psycopg.Connection, account: Account) -> Any:
    return owner.execute("SELECT failures, streak FROM otp_guard WHERE account_id = %s", [account.id]).fetchone()
