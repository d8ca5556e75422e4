"""Which test claims to hold which rule or threat: its name says so (`test_R05_…`, `test_T12_…`)."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent.parent
CLAIM = re.compile(r"test_((?:[RT]\d\d_)+)\w+")
STATE_MACHINE = re.compile(r"Test((?:[RT]\d\d)+)")


@dataclass(frozen=True)
class Claim:
    """A test that names a rule or threat."""

    row: str
    name: str
    file: Path

    @property
    def folder(self) -> str:
        """The part of the product that the test attacks: the folder it mirrors."""
        return self.file.relative_to(TESTS).parts[0]


def claims() -> list[Claim]:
    """Every claim in the tests, in the order of their files."""
    return [claim for file in sorted(TESTS.rglob("test_*.py")) for claim in _claims_of(file)]


def _claims_of(file: Path) -> Iterator[Claim]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (match := CLAIM.fullmatch(node.name)):
            yield from (Claim(row, node.name, file) for row in match[1].rstrip("_").split("_"))
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if match := STATE_MACHINE.match(name):
                yield from (Claim(row, name, file) for row in re.findall(r"[RT]\d\d", match[1]))
