"""The talks ask for nothing but what the API offers to whoever calls it: one address, one set of rules (R23)."""

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from textwrap import dedent

from api.client import Api
from tests.api.hands import Town
from tests.api.test_matrix import MANAGING, NEEDS_NO_SESSION, ONES_OWN
from tests.api.test_one_address import FOR_THE_BOT
from tests.conversations.test_talks import TALK_FILES

Operation = tuple[str, str]
SENDS = {"_ask", "_send", "_upload", "_hand_on", "_download"}
NOBODY_CHATS_FOR = {("GET", "/v1/health")}


def test_R23_whatever_a_talk_asks_is_one_operation_that_whoever_calls_may_ask(town: Town) -> None:
    offered = Counter(map(bare, operations(town)))
    for_people = {bare(one) for one in (ONES_OWN | MANAGING.keys() | NEEDS_NO_SESSION) - FOR_THE_BOT.keys()}
    used = asked_by_talks()
    assert len(used) > len(TALK_FILES)
    for name in used:
        [asked] = asked_by(name)
        assert offered[asked] == 1, (name, asked)
        assert asked in for_people, (name, asked)


def test_R23_every_operation_is_asked_by_the_one_client(town: Town) -> None:
    methods = [name for name, _ in inspect.getmembers(Api, inspect.iscoroutinefunction) if not name.startswith("_")]
    asked = {operation for name in methods for operation in asked_by(name)}
    assert asked == {bare(one) for one in set(operations(town)) - NOBODY_CHATS_FOR}


def operations(town: Town) -> Iterator[Operation]:
    """All that the API's description has."""
    for path, methods in town.app.openapi()["paths"].items():
        yield from ((method.upper(), path) for method in methods)


def bare(operation: Operation) -> Operation:
    """It without the names of its parameters."""
    method, path = operation
    return method, re.sub(r"{\w+}", "{}", path)


def asked_by_talks() -> set[str]:
    """The client's methods that talks name."""
    trees = [ast.parse(file.read_text()) for file in TALK_FILES]
    return {
        node.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Api"
    }


def asked_by(name: str) -> set[Operation]:
    """The operations that a method of the client asks for, itself or through another."""
    [method] = ast.parse(dedent(inspect.getsource(getattr(Api, name)))).body
    asked = set[Operation]()
    for node in ast.walk(method):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if ast.unparse(node.func.value) != "self":
            continue
        if node.func.attr in SENDS:
            verb = "GET" if node.func.attr == "_download" else ast.literal_eval(node.args[0])
            asked.add((verb, f"/v1/{path_of(node.args[node.func.attr != '_download'])}"))
        else:
            asked |= asked_by(node.func.attr)
    return asked


def path_of(written: ast.expr) -> str:
    """A path as the client writes it, with {} for what is filled in, and without its query."""
    match written:
        case ast.Constant(value=str(text)):
            path = text
        case ast.BinOp(left=left):  # and a query, if there is one
            path = path_of(left)
        case ast.JoinedStr(values=values):
            path = "".join("{}" if isinstance(one, ast.FormattedValue) else path_of(one) for one in values)
        case _:
            raise AssertionError(ast.unparse(written))
    return re.sub(r"(?<=[^/]){}$", "", path.partition("?")[0])
