"""A chat to play talks of the tests' own in."""

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from conversations.menu import ABOUT, FOR_GUESTS, FOR_STAFF, TALKS
from tests.api.conftest import gateway, running, settings, town  # noqa: F401 - fixtures, found by their names
from tests.api.hands import HandClock
from tests.conversations.ledger import Ledger
from tests.conversations.rehearsal import Rehearsal

Put = Callable[[Any], None]


@pytest.fixture
def ledger() -> Ledger:
    """An API of the tests' own."""
    return Ledger(http=aiohttp.ClientSession.__new__(aiohttp.ClientSession), url="")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def at_the_menu(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Let a talk of the test's own stand where «Đăng nhập» stands."""

    def put(talk: Any) -> None:
        monkeypatch.setitem(FOR_GUESTS, "sign_in", talk)
        monkeypatch.setitem(TALKS, "sign_in", talk)

    return put


@pytest.fixture
def on_the_staff_menu(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Let a talk of the test's own stand where «Đổi mật khẩu» stands."""

    def put(talk: Any) -> None:
        monkeypatch.setitem(FOR_STAFF, "change_password", talk)
        monkeypatch.setitem(TALKS, "change_password", talk)

    return put


@pytest.fixture
def under_a_notice(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Let a talk of the test's own stand where «Không phải tôi» under a notice does."""

    def put(talk: Any) -> None:
        monkeypatch.setitem(ABOUT, "not_me", talk)

    return put


@pytest.fixture(params=[False, True], ids=["begun anew each turn", "kept alive"])
def chat(request: pytest.FixtureRequest, ledger: Ledger, clock: HandClock) -> Rehearsal:
    """A chat in which nobody is signed in, played in both ways."""
    return Rehearsal(ledger, clock, is_live=request.param)
