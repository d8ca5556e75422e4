"""What the person reads, or the program that watches."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from textwrap import TextWrapper
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.text import Text

from trambot.doctor.finding import Finding, Mark, counted
from trambot.doctor.given import Given
from trambot.doctor.visit import is_healthy, subjects, visit

SIGNS = {Mark.GOOD: "✔", Mark.WRONG: "✘", Mark.UNKNOWN: "–"}
PLAIN_SIGNS = {Mark.GOOD: "ok", Mark.WRONG: "WRONG", Mark.UNKNOWN: "?"}
COLOURS = {Mark.GOOD: "green", Mark.WRONG: "bold red", Mark.UNKNOWN: "bright_black"}
VERY_WIDE = 100_000  # columns; where no person looks, a finding is one line

DNS = "timeout:2 attempts:1"
"""Otherwise a name server that does not answer holds the end of the visit up for half a minute (resolv.conf(5))."""


def report(*, as_json: bool) -> int:
    """Visit, and tell; what the process ends with: 0 if nothing is wrong, else 1."""
    os.environ.setdefault("RES_OPTIONS", DNS)
    logging.disable()  # the libraries' words may hold the token (T24)
    given = Given.read()
    with Json() if as_json else Lines(Console(highlight=False), subjects(given)) as teller:
        asyncio.run(visit(given, teller.tell))
    return 0 if is_healthy(found for findings in teller.told.values() for found in findings) else 1


class Lines:
    """For a person: lines as they become known, and what is still being looked at."""

    def __init__(self, console: Console, awaited: list[str]) -> None:
        self.told: dict[str, list[Finding]] = {}
        self._awaited = awaited
        self._console = console
        self._status = console.status("")
        self._width = console.width if console.is_terminal else VERY_WIDE
        self._signs = SIGNS if _can_write("".join(SIGNS.values()), console.encoding) else PLAIN_SIGNS

    def __enter__(self) -> Self:
        self._show_what_is_left()
        if self._console.is_terminal:
            self._status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._status.stop()
        if error is None:
            self._write(self._sum())

    def tell(self, subject: str, findings: list[Finding]) -> None:
        """Print a subject's lines."""
        self.told[subject] = findings
        self._show_what_is_left()
        self._write(subject, style="bold")
        for finding in findings:
            self._write(self._wrapped(finding.says, f"  {self._signs[finding.mark]} "), style=COLOURS[finding.mark])
            for line in finding.do.splitlines():
                self._write(self._wrapped(line, "      "))

    def _show_what_is_left(self) -> None:
        if left := [subject for subject in self._awaited if subject not in self.told]:
            self._status.update(f"Looking at {', '.join(left)} …")
        else:
            self._status.stop()

    def _sum(self) -> str:
        marks = [finding.mark for findings in self.told.values() for finding in findings]
        bad, unknown = marks.count(Mark.WRONG), marks.count(Mark.UNKNOWN)
        verdict = f"{counted(bad, 'thing is', 'things are')} wrong." if bad else "Nothing is wrong."
        return f"\n{verdict} {counted(unknown, 'thing', 'things')} could not be told." if unknown else f"\n{verdict}"

    def _wrapped(self, text: str, before: str) -> str:
        wrapper = TextWrapper(self._width, initial_indent=before, subsequent_indent=" " * len(before))
        wrapper.break_on_hyphens = wrapper.break_long_words = False  # commands are to be copied
        return wrapper.fill(text)

    def _write(self, text: str, style: str = "") -> None:
        # A letter that the terminal does not know must not end the visit.
        writable = text.encode(self._console.encoding, "replace").decode(self._console.encoding)
        self._console.print(Text(writable, style), soft_wrap=True)


class Json:
    """For a program: one JSON object at the end."""

    def __init__(self) -> None:
        self.told: dict[str, list[Finding]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            findings = list(self._findings())
            is_well = all(finding["mark"] is not Mark.WRONG for finding in findings)
            whole = {"healthy": is_well, "version": version("trambot"), "findings": findings}
            sys.stdout.write(json.dumps(whole) + "\n")

    def tell(self, subject: str, findings: list[Finding]) -> None:
        """Keep them."""
        self.told[subject] = findings

    def _findings(self) -> Iterator[dict[str, object]]:
        for subject, findings in self.told.items():
            for finding in findings:
                yield {"subject": subject, **asdict(finding)}


def _can_write(signs: str, encoding: str) -> bool:
    try:
        signs.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
