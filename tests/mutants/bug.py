"""A seeded bug: a mistake that a tired programmer might make, and the row of the threats whose tests must notice it."""

from dataclasses import dataclass
from pathlib import Path


class Stale(Exception):
    """The file is not what it was when the bug was written down: the old text is not in it exactly once."""


@dataclass(frozen=True)
class Bug:
    """In one file of the product `old` becomes `new`; `breaks` says what is wrong then, in one sentence."""

    row: str
    file: str
    """From the project's folder."""
    breaks: str
    old: str
    new: str

    def planted(self, project: Path) -> str:
        """The file's text with the bug in it.

        Raises Stale.
        """
        text = (project / self.file).read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise Stale(f"{self.row}: in {self.file} this is found {text.count(self.old)} times:\n{self.old}")
        return text.replace(self.old, self.new)
