"""The stage of a story: a whole demo in a folder of its own, its clock, and what only the installation knows."""

import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from os import environ
from pathlib import Path

import psycopg

from models.clock import TurnableClock
from models.sealing import Keys
from models.seals import CAPTCHA_ANSWER
from trambot.demo.home import Home
from trambot.demo.keyring import Keyring
from trambot.demo.wiring import data_keys
from trambot.servers.folder import LOOPBACK
from trambot.servers.problems import Unavailable

READY_WITHIN = 120.0
STOPPED_WITHIN = 20.0


@dataclass(frozen=True)
class Stage:
    """A running demo that nobody else uses."""

    home: Home
    url: str

    def turn_clock(self, forward: timedelta) -> None:
        """Let time pass for all of its processes."""
        TurnableClock(self.home.clock).turn(forward)

    def captcha_answer(self) -> str:
        """What a person reads in the newest captcha's picture."""
        with self._database() as database:
            newest = "SELECT id, answer_sealed FROM captcha ORDER BY made_at DESC LIMIT 1"
            row = database.execute(newest).fetchone()
        if row is None:
            raise LookupError("no captcha was made")
        return self._keys().opened(row[1], CAPTCHA_ANSWER, row[0])

    def _database(self) -> psycopg.Connection:
        return psycopg.connect((self.home.secrets / "api" / "TRAMBOT_DATABASE_URL").read_text())

    def _keys(self) -> Keys:
        return data_keys(Keyring(self.home.secrets))


@contextmanager
def stage() -> Iterator[Stage]:
    """Start a demo in a new folder; it is stopped and its folder gone afterwards.

    Raises Unavailable with what the demo said, if it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="trambot-story-"))
    folder.chmod(0o711)  # the servers' user passes through
    home = Home(folder / "home")
    told = folder / "demo.log"
    with told.open("wb") as log:
        demo = subprocess.Popen(
            [sys.executable, "-m", "trambot", "demo"],
            env={**environ, "TRAMBOT_HOME": str(home.path), "TRAMBOT_PORT": str(_free_port())},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield Stage(home, _address(home, demo, told))
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(STOPPED_WITHIN)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def _address(home: Home, demo: subprocess.Popen[bytes], told: Path) -> str:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and demo.poll() is None:
        if address := home.told_address():
            return address
        time.sleep(0.1)
    raise Unavailable(f"The demo did not start:\n{told.read_text(errors='replace')}")
