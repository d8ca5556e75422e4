"""`make deploy-rehearsal`: docker-compose.yml brought up without Docker, its processes killed in turn under load."""

import argparse
import asyncio
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from simulator.heard import Unheard
from simulator.wire import Impossible
from tests.deploy import crowd, outside
from tests.deploy.containers import Program
from tests.deploy.crowd import Crowd
from tests.deploy.installation import Installation, Rehearsed, installed
from tests.deploy.ledger import Verdict, judge
from tests.deploy.visitor import Wait
from tests.tables.figures import keep
from tests.tables.page import section, table
from trambot.demo import people
from trambot.demo.accounts import make_accounts
from trambot.demo.supervisor import ending_on_signals
from trambot.servers.problems import Unavailable
from trambot.story import sign_in

KILLED = ("api-1", "api-2", "bot-1", "bot-2", "caddy", "valkey", "postgres", "migrate")
NOTICED_AFTER = 1.0
"""Seconds before what was killed is started again: about what Docker takes."""
ROWS = {"bot-1": "T17", "valkey": "T34", "postgres": "T35"}
"""The threats that a kill is about."""
HEAD = ("kill -9", "well again after", "longest silence", "longest until done")
HALFWAY = 0.7
"""Seconds after which the migration is killed in its middle."""


@dataclass(frozen=True)
class Outage:
    """One kill: from when to when it was away, and until when we looked (monotonic seconds)."""

    name: str
    killed: float
    well: float
    looked: float

    def touched(self, waits: Sequence[Wait]) -> list[Wait]:
        """The waits that ended from the kill on until we had looked long enough, or should have."""
        return [w for w in waits if w.began <= self.looked and self.killed <= (w.ended or self.looked) <= self.looked]

    def silence(self, waits: Sequence[Wait]) -> float:
        """The longest that anybody waited for an answer of any kind, in seconds."""
        return max((wait.seconds(self.looked) for wait in self.touched(waits)), default=0.0)

    def delay(self, waits: Sequence[Wait]) -> float:
        """The longest that anybody waited until what they had asked for was done, «Thử lại» included, in seconds."""
        return max((wait.seconds_in_all(self.looked) for wait in self.touched(waits)), default=0.0)


class Rehearsal:
    """One run: up, the story, the crowd, the kills, the reckoning."""

    def __init__(self, on: Installation, console: Console) -> None:
        self._on = on
        self._console = console
        self._began = time.monotonic()

    def run(self, killed: Sequence[str], *, at_a_time: int, settling: float) -> "Reckoning":
        """All of it.

        Raises Unavailable, Unheard: it did not start, or the story broke off.
        """
        self._up()
        self._play()
        self._lie()
        crowd.make_accounts(self._on.database(), self._on.keys)
        those = Crowd(self._on.page)
        self._tell(f"{at_a_time} people sign in, look at their history and leave, again and again")
        with those.at_work(at_a_time):
            time.sleep(settling)
            outages = [self._kill(name, those, settling) for name in killed]
            self._tell("everybody finishes what they began")
        self._tell("everybody is through")
        verdict = judge(self._on.database(), those.shifts, those.notices)
        return Reckoning(verdict, outages, those.waits, f"{at_a_time} people at a time, {self._on.door_is}")

    def _up(self) -> None:
        people.write(self._on.home.people)
        self._on.up(lambda name: self._tell(f"up: {name}"))
        make_accounts(self._on.database(), self._on.keys)

    def _play(self) -> None:
        self._tell("the story of a first sign-in")
        asyncio.run(sign_in.play(Rehearsed(self._on.home, self._on.page, self._on), lambda line: None))

    def _lie(self) -> None:
        asyncio.run(outside.lie(self._on.door, self._on.secret("service_key")))
        found = outside.believed(self._on.database())
        if found != [("api", outside.OWN)]:
            raise Unheard(f"Somebody outside passed for {found}")
        self._tell("whoever lies about where they come from is not believed")

    def _kill(self, name: str, those: Crowd, settling: float) -> Outage:
        container = self._on.containers[name]
        began = time.monotonic()
        if isinstance(container, Program) and name == "migrate":
            container.start()
            time.sleep(HALFWAY)
            container.kill()
            container.run()
        else:
            container.kill()
            time.sleep(NOTICED_AFTER)
            container.start()
            container.await_well()
        well = time.monotonic()
        time.sleep(settling)
        outage = Outage(name, began, well, time.monotonic())
        done = sum(shift.is_done for shift in those.shifts)
        self._tell(
            f"kill -9 {name}: well again after {well - began:.1f} s, "
            f"longest silence {outage.silence(those.waits):.1f} s; {done} people are through"
        )
        return outage

    def _tell(self, what: str) -> None:
        self._console.print(f"{time.monotonic() - self._began:6.1f} s  {what}", highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Reckoning:
    """What a run has shown."""

    verdict: Verdict
    outages: list[Outage]
    waits: list[Wait]
    how: str

    def __str__(self) -> str:
        """The section for docs/figures.md."""
        counted = ", ".join(f"{count} {what}" for what, count in self.verdict.figures.items())
        return (
            f"`make deploy-rehearsal`: {self.how}; {os.cpu_count()} cores, {platform.machine()}.\n\n"
            f"{table(HEAD, [self._row(outage) for outage in self.outages])}\n\n"
            f"Lost {len(self.verdict.lost)}, doubled {len(self.verdict.doubled)}. Counted: {counted}.\n"
        )

    def keep_figures(self) -> None:
        """Keep what belongs to rows of the threats."""
        for outage in self.outages:
            if row := ROWS.get(outage.name):
                silence = f"longest silence {outage.silence(self.waits):.1f} s"
                lost = f"lost {len(self.verdict.lost)}, doubled {len(self.verdict.doubled)}"
                keep(row, f"{outage.name} killed in the rehearsal", f"{lost}, {silence}")

    def _row(self, outage: Outage) -> tuple[str, ...]:
        times = (outage.well - outage.killed, outage.silence(self.waits), outage.delay(self.waits))
        return outage.name, *(f"{seconds:.1f} s" for seconds in times)


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder that the servers' user can pass through; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="trambot-rehearsal-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """0 if nothing was lost and nothing doubled."""
    asked = _arguments()
    console = Console()
    with ending_on_signals(), new_folder() as folder, installed(folder) as on:
        try:
            found = Rehearsal(on, console).run(asked.kill, at_a_time=asked.people, settling=asked.settling)
        except (Unavailable, Unheard, Impossible) as broken:
            console.print(f"Broke off: {broken}", markup=False, highlight=False)
            return 1
    verdict = found.verdict
    console.print(str(found), *verdict.lost, *verdict.doubled, sep="\n", markup=False, highlight=False, soft_wrap=True)
    if asked.kill == list(KILLED):
        section("Deploy rehearsal", str(found))
        found.keep_figures()
    return 0 if verdict.is_clean else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("tests.deploy", description=__doc__)
    parser.add_argument("--people", type=int, default=10, help="how many at a time")
    parser.add_argument("--settling", type=float, default=10.0, help="seconds between two kills")
    parser.add_argument("--kill", nargs="*", choices=KILLED, default=list(KILLED), help="which, in which order")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
