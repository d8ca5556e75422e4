"""Every request, with every round it makes with PostgreSQL spoilt in turn (T35, T39)."""

from collections.abc import AsyncIterator

import pytest

from api.client.faults import ApiFault
from models.refusals import Busy
from tests.faults.asked_about_lists import ASKS
from tests.faults.asks import Ask
from tests.faults.conftest import Beset
from tests.faults.proxy import Deed, Trap
from tests.faults.trials import Ended, Trial
from tests.fire.series import Fire

CUTS: tuple[Deed, ...] = ("cut_request", "cut_answer")
LOSSES: tuple[Deed, ...] = ("lose_request", "lose_answer")

pytestmark = pytest.mark.fire("faults")


async def test_every_route_is_asked(beset: Beset) -> None:
    paths = beset.town.app.openapi()["paths"]
    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert {ask.route for ask in ASKS} == routes


async def test_T35_T39_a_fault_at_any_round_allows_nothing_loses_nothing_and_doubles_nothing(
    beset: Beset, fire: Fire
) -> None:
    """Whatever is answered: what is left is all of it or nothing, and nothing where the answer says so."""
    pieces = [(number, deed) for number in range(len(ASKS)) for deed in CUTS]
    if not fire.is_long:
        pieces = fire.dice().sample(pieces, 8)
    for number, deed in (series := fire.series("requests with each of their rounds cut", pieces)):
        ask = ASKS[number]
        good = await (await Trial(beset, ask).prepare()).go()
        tried = 0
        async for ended, again in spoilt(beset, ask, deed, fire, good.rounds):
            tried += 1
            where = f"{ask}, {deed} {tried}: {ended}"
            must_be_denied(ask, good, ended, where)
            must_be_whole(good, ended, where)
            must_be_as_if_nothing_had_been(good, again, where)
        series.keep(tried)
    told = f"{sum(series.results)} rounds of {len(ASKS)} requests spoilt"
    fire.figure("T39", "allowed by a fault at a guard", f"0 of {told}")
    fire.figure("T35", "lost or doubled by a fault at a round", f"0 of {told}")


async def test_T39_a_guard_that_is_never_heard_of_again_lets_nobody_on(beset: Beset, fire: Fire) -> None:
    """The connection stands, and nothing comes; the caller gives up long before the service does."""
    refused = [ask for ask in ASKS if ask.refusal]
    for number in (series := fire.series("guards silent", range(fire.size(1, 40)))):
        dice = fire.dice(number)
        ask, deed = dice.choice(refused), dice.choice(LOSSES)
        good = await (await Trial(beset, ask).prepare()).go()
        trial = await Trial(beset, ask).prepare()
        ended = await trial.go(Trap(deed, dice.randint(1, max(good.rounds, 1))))
        again = await trial.go_again()
        where = f"{ask}, {deed}: {ended}"
        must_be_denied(ask, good, ended, where)
        must_be_whole(good, ended, where)
        must_be_as_if_nothing_had_been(good, again, where)
        series.keep(ended.was_spoilt)
    fire.figure("T39", "allowed by a guard that keeps silent", f"0 of {sum(series.results)}")


async def spoilt(beset: Beset, ask: Ask, deed: Deed, fire: Fire, rounds: int) -> AsyncIterator[tuple[Ended, Ended]]:
    """The request with its first round spoilt, its second, and so on, or with one of them; and how it is then."""
    if not rounds:  # refused before the database is asked anything: there is nothing to spoil
        return
    nth = 1 if fire.is_long else fire.dice(ask).randint(1, rounds)
    while True:
        trial = await Trial(beset, ask).prepare()
        ended = await trial.go(Trap(deed, nth))
        again = await trial.go_again()
        if ended.was_spoilt:
            yield ended, again
        if not ended.was_spoilt or not fire.is_long:
            return
        nth += 1


def must_be_denied(ask: Ask, good: Ended, ended: Ended, where: str) -> None:
    """What is to be refused is refused, or nothing is known of it."""
    if ask.refusal is not None:
        assert isinstance(ended.answer, ask.refusal | Busy | ApiFault), where
        assert ended.sms == 0, where
    assert ended.kind == good.kind or isinstance(ended.answer, Busy | ApiFault), where


def must_be_whole(good: Ended, ended: Ended, where: str) -> None:
    """All of it was done, or nothing; and «busy» says that it is nothing."""
    assert ended.left in ({}, good.left), where
    if isinstance(ended.answer, Busy):
        assert ended.left == {}, where


def must_be_as_if_nothing_had_been(good: Ended, again: Ended, where: str) -> None:
    """Asked again under the same key it is what it would have been, and no SMS more."""
    assert again.kind == good.kind, f"{where}; again {again}"
    assert again.left == good.left, f"{where}; again {again}"
    assert again.sms <= good.sms, f"{where}; again {again}"
