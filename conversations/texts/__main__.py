"""The texts check: `python -m conversations.texts` finds what is missing, unused, or not said the same way twice."""

import ast
import re
import string
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from conversations.texts import FOLDER, catalogue
from models.listed_people import PersonColumn, PersonDoubt, PersonFlaw
from models.refusals import Refusal
from models.roles import Level, Role
from models.words import (
    AccountMark,
    AccountStatus,
    Act,
    Attempt,
    Channel,
    ContactKind,
    FileFlaw,
    Gender,
    Language,
    Notice,
    RequestState,
    Right,
    SmsOutcome,
    SubjectField,
    SubjectRowFlaw,
    UnitColumn,
    UnitKind,
    UnitRowFlaw,
    UnitStatus,
)

SOURCE = FOLDER.parent.parent
LOOKED_THROUGH = ("conversations", "bot", "api")
TOLD = (
    AccountMark,
    AccountStatus,
    Act,
    Level,
    Role,
    Attempt,
    Channel,
    FileFlaw,
    Gender,
    Notice,
    PersonColumn,
    PersonDoubt,
    PersonFlaw,
    SmsOutcome,
    SubjectField,
    SubjectRowFlaw,
    UnitColumn,
    UnitKind,
    UnitRowFlaw,
    UnitStatus,
    ContactKind,
    RequestState,
    Right,
)
"""Enumerations whose words people read."""
STEPS = {"ask", "ask_file", "ask_file_or_words", "ask_secret", "choose", "say"}
EXAMPLES_AND_DATES = re.compile(r"0912 345 678|024 3825 3535|\d\d/\d\d/\d{4}|1/2/1990|\b1990\b|B1234567|COVID-19")
A_NAME = re.compile(r"[a-z_]+(\.[A-Za-z_]+)+")


def complaints() -> Iterator[str]:
    """Everything that is wrong with the texts."""
    texts = {language: _texts_of(language) for language in Language}
    used = set(_used_names())
    known = set().union(*texts.values())
    for language, of_language in texts.items():
        yield from (f"{language}: «{name}» is missing" for name in sorted((used | known) - set(of_language)))
        yield from (f"{language}: {fault}" for name, text in of_language.items() for fault in _faults(name, text))
    yield from (f"«{name}» is used nowhere" for name in sorted(known - used))
    yield from _unlike_placeholders(texts)


def _texts_of(language: Language) -> dict[str, str]:
    return {str(m.id): str(m.string) for m in catalogue(language) if m.id}


def _faults(name: str, text: str) -> Iterator[str]:
    if not text.strip():
        yield f"«{name}» is empty"
    if text != unicodedata.normalize("NFC", text):
        yield f"«{name}» is not composed (NFC)"
    if "  " in text or text != text.strip():
        yield f"«{name}» has stray spaces"
    if re.search(r"\d", EXAMPLES_AND_DATES.sub("", text)):
        yield f"«{name}» holds a number: a limit belongs in a placeholder"


def _unlike_placeholders(texts: dict[Language, dict[str, str]]) -> Iterator[str]:
    first, *others = texts.values()
    for other in others:
        for name in sorted(first.keys() & other.keys()):
            if _placeholders(first[name]) != _placeholders(other[name]):
                yield f"«{name}» has not the same placeholders in every language"


def _placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def _used_names() -> Iterator[str]:
    yield from (f"refusal.{code}" for code in Refusal.known)
    yield from (f"{words.__name__}.{word}" for words in TOLD for word in words)
    for folder in LOOKED_THROUGH:
        for file in (SOURCE / folder).rglob("*.py"):
            yield from _names_in(file)


def _names_in(file: Path) -> Iterator[str]:
    """The text names that a source file uses: steps of talks, by their part's name, and names written out."""
    tree = ast.parse(file.read_text())
    for part in (node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)):
        if any(isinstance(d, ast.Name) and d.id == "part" for d in part.decorator_list):
            yield from _names_in_part(part, _constants(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and A_NAME.fullmatch(node.value):
            yield from _written_out(node.value)
        if isinstance(node, ast.JoinedStr):
            yield from _formed(node)


def _written_out(name: str) -> Iterator[str]:
    if any(name in _texts_of(language) for language in Language) or name.split(".")[0] in {"chat", "menu"}:
        yield name


def _formed(node: ast.JoinedStr) -> Iterator[str]:
    """A name formed from a fixed beginning, such as `menu.{talk}`: every text that begins so is used."""
    first = node.values[0]
    beginning = first.value if isinstance(first, ast.Constant) else None
    if beginning in {"menu.", "duration.", "command.", "exported_column.", "unit_example.", "person_example."}:
        yield from (name for name in _texts_of(Language.VIETNAMESE) if name.startswith(beginning))


def _names_in_part(part: ast.AsyncFunctionDef, constants: dict[str, str]) -> Iterator[str]:
    for call in (node for node in ast.walk(part) if isinstance(node, ast.Call)):
        is_step = isinstance(call.func, ast.Attribute) and call.func.attr in STEPS
        if is_step and call.args and isinstance(call.args[0], ast.Constant):
            step = f"{part.name}.{ast.literal_eval(call.args[0])}"
            yield step
            yield from (name for name in _texts_of(Language.VIETNAMESE) if name.startswith(f"{step}."))
    for name in _option_names(part, constants):
        known = [text for text in _texts_of(Language.VIETNAMESE) if re.fullmatch(rf"{part.name}\.\w+\.{name}", text)]
        yield from known or [f"{part.name}.?.{name}"]


def _option_names(part: ast.AsyncFunctionDef, constants: dict[str, str]) -> Iterator[str]:
    """Names of options: in a list given to a step or bound to `options`, written out or as a constant of the file."""
    for node in ast.walk(part):
        if isinstance(node, ast.List):
            for item in ast.walk(node):
                if isinstance(item, ast.Constant) and isinstance(item.value, str):
                    yield item.value
                elif isinstance(item, ast.Name) and item.id in constants:
                    yield constants[item.id]


def _constants(tree: ast.Module) -> dict[str, str]:
    """`OLDER = "older"` and `RESEND = Press("resend")` at the top of a file."""
    constants: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            value = node.value.args[0] if isinstance(node.value, ast.Call) and node.value.args else node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                constants[node.targets[0].id] = value.value
    return constants


if __name__ == "__main__":
    found = list(complaints())
    sys.stdout.write("".join(f"{complaint}\n" for complaint in found) or "The texts are complete.\n")
    sys.exit(bool(found))
