"""A contender's process: begun anew for each measurement, asked for what it used, ended."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benches.rounds import Sample

PEERS = Path(sys.prefix) / "bench" / "bin" / "python"
"""The environment of the peers."""
LONGEST = 300.0
SETTLING = 0.3
"""Seconds for a burst's last acknowledgements to be over."""


class Broken(Exception):
    """A contender did not do its work; its figure would be of something else."""


@dataclass(frozen=True)
class Program:
    """A module of `benches.contenders` with its arguments. A peer's runs in the peers' environment."""

    module: str
    arguments: tuple[object, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def command(self) -> list[str]:
        python = sys.executable if self.module.endswith("_ours") else str(PEERS)
        return [python, "-m", f"benches.contenders.{self.module}", *map(str, self.arguments)]

    def ran(self) -> Sample:
        """What it tells of itself.

        Raises:
            Broken: it failed, or told nothing.
        """
        told = subprocess.run(  # noqa: S603 - our own contenders
            self.command, **self._pipes(), timeout=LONGEST, check=False, stderr=subprocess.PIPE
        )
        if told.returncode != 0 or not told.stdout.strip():
            raise Broken(f"{self.module} failed:\n{told.stderr[-2000:]}")
        if "[error" in told.stdout:
            raise Broken(f"{self.module} raised the alarm:\n{told.stdout[:2000]}")
        return dict(json.loads(told.stdout.splitlines()[-1]))

    def echoed(self, telegram: str, warm: int, size: int) -> Sample:
        """Updates a second of a burst to it, and its own CPU in ms for each.

        Raises:
            Broken: it died, or left some unanswered.
        """
        with subprocess.Popen(  # noqa: S603 - our own contenders
            self.command, **self._pipes(), stdin=subprocess.PIPE
        ) as process:
            try:
                _burst(telegram, warm)
                time.sleep(SETTLING)
                before = _cpu(process)
                seconds = _burst(telegram, size)
                return {"rate": size / seconds, "cpu": (_cpu(process) - before) / size * 1e3}
            except (OSError, ValueError) as loss:
                raise Broken(f"{self.module}: {loss}") from loss
            finally:
                process.kill()

    def _pipes(self) -> dict[str, Any]:
        return {"stdout": subprocess.PIPE, "text": True, "env": {**os.environ, **self.environment}}


def _burst(telegram: str, size: int) -> float:
    """Have so many people write at once; the seconds until the last of them was answered."""
    outcome = asked(f"{telegram}/burst?size={size}")
    if outcome["answered"] != size:
        raise ValueError(f"{outcome['answered']} of {size} were answered")
    return float(outcome["seconds"])


def asked(url: str) -> dict[str, Any]:
    """What the stand-in answers."""
    with urllib.request.urlopen(url, timeout=LONGEST) as answer:  # noqa: S310 - our own, on loopback
        return dict(json.load(answer))


def _cpu(process: "subprocess.Popen[str]") -> float:
    assert process.stdin  # noqa: S101 - for the type checker
    assert process.stdout  # noqa: S101
    process.stdin.write("\n")
    process.stdin.flush()
    return float(json.loads(process.stdout.readline())["cpu"])
