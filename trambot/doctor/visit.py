"""The doctor's visit: everything is examined at once, and told in order as it becomes known."""

import asyncio
import traceback
from collections.abc import Callable, Iterable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from bot.alarm import name_of
from trambot.doctor import api, clock, configuration, database, keys, sms, telegram, valkey, webhook
from trambot.doctor.finding import Finding, Findings, Mark, wrong
from trambot.doctor.given import Given

LIMIT = 15.0
"""Seconds for one subject, whose single calls have less; no visit takes much longer."""

SUBJECTS: dict[str, Callable[[Given], Findings]] = {
    "configuration": configuration.examine,
    "keys": keys.examine,
    "database": database.examine,
    "valkey": valkey.examine,
    "api": api.examine,
    "telegram": telegram.examine,
    "webhook": webhook.examine,
    "sms": sms.examine,
    "clock": clock.examine,
}

Told = Callable[[str, list[Finding]], None]


async def visit(given: Given, told: Told) -> None:
    """Examine every subject; `told` hears of each as soon as it and those before it are known."""
    async with asyncio.TaskGroup() as group:
        examined = {name: group.create_task(_examined(SUBJECTS[name], given)) for name in subjects(given)}
        for name, findings in examined.items():
            told(name, await findings)


def subjects(given: Given) -> list[str]:
    """What there is to look at: where nothing is given at all, that alone."""
    return list(SUBJECTS) if given.model_fields_set else ["configuration"]


def is_healthy(findings: Iterable[Finding]) -> bool:
    """Whether nothing is wrong; what cannot be told is not wrong."""
    return all(finding.mark is not Mark.WRONG for finding in findings)


async def _examined(examine: Callable[[Given], Findings], given: Given) -> list[Finding]:
    """What one subject's checks find, whatever becomes of one of them."""
    found: list[Finding] = []
    try:
        async with asyncio.timeout(LIMIT), aclosing(examine(given)) as findings:
            async for finding in findings:
                found.append(_hidden(finding, given))  # noqa: PERF401 - what was found before a failure stays
    except TimeoutError:
        found.append(wrong("in_time", f"What follows took more than {LIMIT:.0f} seconds and was given up.", LATER))
    except Exception as bug:  # noqa: BLE001 - the alarm: its text may hold a secret, so only its place is told
        found.append(wrong("doctor", f"The doctor itself failed here: {name_of(bug)} at {_place(bug)}.", REPORT))
    return found


LATER = "Try again when the machine and the network are less busy."
REPORT = "Report this line; what else is said here holds all the same."


def _hidden(finding: Finding, given: Given) -> Finding:
    return replace(finding, says=given.hide(finding.says), do=given.hide(finding.do))


def _place(bug: Exception) -> str:
    frame = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"
