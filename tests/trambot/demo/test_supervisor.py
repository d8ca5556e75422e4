"""The whole demo, started and ended in every way a person or a machine may do it."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.trambot.processes import descendants, eventually, is_alive
from trambot.demo.people import ACCOUNTS, PASSWORD
from trambot.servers.folder import free_port

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux tells a child of its parent's end")

ENDS_WITHIN = 15.0  # seconds
FEW = "1000"


@dataclass
class Run:
    """A demo that was started, and the processes it consists of."""

    process: subprocess.Popen[str]
    said: str
    url: str
    parts: dict[int, str]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def next_line(self) -> str:
        """What it says next; waits for it."""
        assert self.process.stdout
        return self.process.stdout.readline()

    def kill(self, part: str) -> None:
        """Kill the part whose command line ends so."""
        os.kill(next(pid for pid, line in self.parts.items() if line.endswith(part)), signal.SIGKILL)

    def end(self, how: signal.Signals) -> int:
        """Signal the supervisor, see everything end; its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(ENDS_WITHIN)
        eventually(lambda: not any(map(is_alive, self.parts)), "everything that was started to end")
        return code


@contextmanager
def demo(folder: Path, port: int, *words: str, deaf: bool = False) -> Iterator[Run]:
    """Start the demo and wait until it says where to go; kill what is left at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "trambot", "demo", *words],
        env={**os.environ, "TRAMBOT_HOME": str(folder), "TRAMBOT_PORT": str(port), "TRAMBOT_SUBJECTS": FEW},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if deaf else None,
    )
    try:
        said = _until_open(process)
        url = re.search(r"Open (http://127\.0\.0\.1:\d+)", said)
        assert url, said
        yield Run(process, said, url[1], descendants(process.pid))
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def _until_open(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith("Open "):
            break
    return said


def status_of(port: int) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as link:
        link.request("GET", "/")
        return link.getresponse().status


def test_it_starts_tells_how_to_sign_in_and_ends_on_sigterm_then_keeps_its_data_and_dies_whole(folder: Path) -> None:
    port = free_port()
    with demo(folder, port) as first:
        assert (first.port, status_of(first.port)) == (port, 200)
        assert all(f"{account.username} " in first.said for account in ACCOUNTS)
        assert PASSWORD in first.said
        secret = (folder / "secrets" / "data-key").read_text()
        assert len(first.parts) >= 5
        assert first.end(signal.SIGTERM) == 0
    with demo(folder, port) as second:
        assert second.port == port
        assert (folder / "secrets" / "data-key").read_text() == secret
        second.end(signal.SIGKILL)


def test_it_takes_another_port_starts_a_dead_part_again_and_hears_ctrl_c_though_a_script_made_it_deaf(
    folder: Path,
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as somebody:
        taken = somebody.getsockname()[1]
        with demo(folder, taken, "--reset", deaf=True) as run:
            assert f"Port {taken} is taken" in run.said
            assert status_of(run.port) == 200
            run.kill("trambot bot")
            assert "bot has ended" in run.next_line()
            assert "bot was started again" in run.next_line()
            assert run.end(signal.SIGINT) == 0
