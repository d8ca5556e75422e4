"""What holds for every talk, read from its source."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import conversations
from conversations.menu import ABOUT, TALKS
from conversations.texts import names
from conversations.texts.__main__ import complaints

FOLDER = Path(conversations.__file__).parent
TALK_FILES = sorted((FOLDER / "talks").glob("[a-z]*.py"))
STEPS = {"ask", "ask_file", "ask_secret", "choose", "say"}
NEVER_IN_A_TALK = {"now", "today", "utcnow", "random", "token_hex", "uuid4", "sleep", "gather", "create_task"}


def parts() -> Iterator[tuple[str, ast.AsyncFunctionDef]]:
    """Every part of every talk, with a name for the test."""
    for file in TALK_FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.AsyncFunctionDef):
                yield f"{file.stem}.{node.name}", node


EVERY_PART = pytest.mark.parametrize("part", [pytest.param(node, id=name) for name, node in parts()])


@EVERY_PART
def test_one_step_name_is_one_place_in_the_code(part: ast.AsyncFunctionDef) -> None:
    names = Counter(name for name in step_names(part))
    assert [name for name, times in names.items() if times > 1] == []


@EVERY_PART
def test_T40_a_talk_reads_no_clock_and_rolls_no_dice(part: ast.AsyncFunctionDef) -> None:
    called = {node.attr for node in ast.walk(part) if isinstance(node, ast.Attribute)}
    called |= {node.id for node in ast.walk(part) if isinstance(node, ast.Name)}
    assert called & NEVER_IN_A_TALK == set()


@EVERY_PART
def test_T40_a_talk_awaits_only_its_steps_and_its_parts(part: ast.AsyncFunctionDef) -> None:
    for node in ast.walk(part):
        if isinstance(node, ast.Await):
            assert isinstance(node.value, ast.Call)
            function = node.value.func
            is_a_step = isinstance(function, ast.Attribute) and ast.unparse(function).startswith("talk.")
            is_a_part = isinstance(function, ast.Name) and ast.unparse(node.value.args[0]) == "talk"
            assert is_a_step or is_a_part, ast.unparse(node)


@EVERY_PART
def test_every_part_is_marked_as_one_and_says_what_it_does(part: ast.AsyncFunctionDef) -> None:
    assert [ast.unparse(mark) for mark in part.decorator_list] == ["part"]
    assert ast.get_docstring(part)


@pytest.mark.parametrize("talk", [*TALKS, *ABOUT])
def test_every_talk_has_a_button(talk: str) -> None:
    assert f"menu.{talk}" in names("vi")


def test_the_texts_are_complete() -> None:
    assert list(complaints()) == []


def step_names(part: ast.AsyncFunctionDef) -> Iterator[str]:
    for node in ast.walk(part):
        is_step = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in STEPS
        if is_step and isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)
