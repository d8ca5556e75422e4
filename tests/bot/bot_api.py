"""The Bot API's objects, made from the library's own classes: whatever it learns with its next release is made too."""

import datetime as dtm
import random
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from inspect import Parameter, signature
from typing import Any

import telegram
from telegram import Message, TelegramObject
from telegram._utils.defaultvalue import DefaultValue

NAMES = vars(typing) | vars(telegram) | {"dtm": dtm}
DEEPEST = 4  # objects within objects
SIMPLE: Mapping[Any, Sequence[object]] = {
    bool: [True, False],
    float: [0.0, -1.5, 21.0, 105.8],
    object: ["x"],
    dtm.datetime: [dtm.datetime.fromtimestamp(at, dtm.UTC) for at in (0, 1, 1_634_000_000, 2**31, 2**33)],
    dtm.timedelta: [dtm.timedelta(seconds=seconds) for seconds in (0, 1, 86_400)],
}
Field = tuple[str, Any, bool]


def made(dice: random.Random, kind: Any, simple: Mapping[Any, Sequence[object]], *, wanted: str = "") -> TelegramObject:
    """An object of that class, with the wanted field; `simple` are the values to choose from, by their type."""
    return _Maker(dice, {**SIMPLE, **simple}).made(kind, wanted, 0)


@cache
def fields(kind: Any) -> Sequence[Field]:
    """(name, type without None and defaults, whether it must be there) of what makes an object of that class."""
    hints = typing.get_type_hints(kind.__init__, None, NAMES)
    return [
        (name, _plain(hints[name]), parameter.default is Parameter.empty)
        for name, parameter in signature(kind.__init__).parameters.items()
        if name in hints and name not in ("api_kwargs", "return")
    ]


@dataclass(frozen=True)
class _Maker:
    dice: random.Random
    simple: Mapping[Any, Sequence[object]]

    def made(self, kind: Any, wanted: str, depth: int) -> TelegramObject:
        """With what it must have, what is wanted, and now and then something else."""
        kind = kind if kind is Message else self.dice.choice(_leaves(kind))
        chance = 0.12 / (depth + 1) ** 2
        facts = {
            name: self._value(hint, depth + 1)
            for name, hint, is_needed in fields(kind)
            if is_needed or name == wanted or self.dice.random() < chance
        }
        try:
            return kind(**facts)  # type: ignore[no-any-return]  # a class of the library's
        except TypeError:  # it needs more than it says, for the sake of older bots
            return kind(**{name: self._value(hint, depth + 1) for name, hint, _ in fields(kind)})  # type: ignore[no-any-return]

    def _value(self, hint: Any, depth: int) -> Any:
        arms, origin = typing.get_args(hint), typing.get_origin(hint)
        if origin is typing.Literal:
            return self.dice.choice(arms)
        if origin in (typing.Union, types.UnionType):
            return self._value(self.dice.choice(arms), depth)
        if origin is not None:  # a sequence
            return [self._value(arms[0], depth) for _ in range(self.dice.choice((1, 2) if depth < DEEPEST else (1,)))]
        if issubclass(hint, TelegramObject):
            return self.made(hint, "", depth)
        return self.dice.choice(list(hint) if issubclass(hint, Enum) else self.simple[hint])


@cache
def _leaves(kind: Any) -> Sequence[Any]:
    """What an object said to be of that class may really be."""
    below = [leaf for subclass in kind.__subclasses__() for leaf in _leaves(subclass)]
    return [leaf for leaf in below if leaf.__module__.startswith("telegram.")] or [kind]


def _plain(hint: Any) -> Any:
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return hint
    arms = [
        arm for arm in typing.get_args(hint) if arm is not types.NoneType and typing.get_origin(arm) is not DefaultValue
    ]
    if dtm.timedelta in arms:  # or seconds
        return dtm.timedelta
    return typing.Union[tuple(arms)]  # noqa: UP007 - built, not written
