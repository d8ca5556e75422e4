"""One execution of a talk, from its first line to wherever it waits."""

from collections.abc import Callable, Coroutine
from itertools import takewhile
from typing import Any, Literal, NamedTuple

from conversations.talk import Ask, Do, Know, Look, Return, Revise, Say, Sit, Speak, Step, Talk, place_of

STEPS = (Say, Ask, Look, Do, Revise, Return, Sit, Know, Speak)


class NotAStep(TypeError):
    """A talk awaited something else than the talk: a replay could not give that back."""


What = Literal["answer", "said", "prepared", "wall"]


class Reached(NamedTuple):
    """Something a run came by: an answer, something said or prepared, or the wall of a settled effect."""

    path: str
    what: What


class Run:
    """Drives a talk's coroutine: `step` is what it waits for, None when it has ended.

    What the talk itself raises comes out of `send` and `throw`.
    """

    def __init__(self, id_: str, begin: Callable[[Talk], Coroutine[Any, Any, None]], talk: Talk) -> None:
        self.id = id_
        self.step: Step | None = None
        self.reached: list[Reached] = []
        self.fresh: set[str] = set()
        """Questions whose secret was given in this run and not spent yet."""
        self._coroutine = begin(talk)
        self.send(None)

    def send(self, result: Any) -> None:
        """Give the talk what it waits for."""
        self._advance(self._coroutine.send, result)

    def throw(self, error: Exception) -> None:
        """Let the talk's step raise."""
        self._advance(self._coroutine.throw, error)

    def close(self) -> None:
        """Stop it where it is."""
        self.step = None
        self._coroutine.close()

    def came_by(self, path: str, what: What) -> None:
        self.reached.append(Reached(path, what))

    def answers(self) -> list[str]:
        """The questions that were answered on the way here."""
        return [reached.path for reached in self.reached if reached.what == "answer"]

    def before(self, path: str) -> list[str]:
        """What it came by before that question was answered."""
        return [reached.path for reached in takewhile(lambda one: one.path != path, self.reached)]

    def way_back(self, path: str) -> list[str]:
        """What «Quay lại» takes back: everything since the last answer to another question, and that answer.

        Tries at the same question are passed over: whoever goes back wants the question before it. What was prepared
        for that question goes too. Nothing if a wall stands in between.
        """
        earlier = list(reversed(self.reached))
        for number, reached in enumerate(earlier):
            if reached.what == "wall":
                return []
            if reached.what == "answer" and place_of(reached.path) != place_of(path):
                before = takewhile(lambda other: other.what == "prepared", earlier[number + 1 :])
                return [other.path for other in (*earlier[: number + 1], *before)]
        return []

    def _advance(self, onward: Callable[[Any], Any], given: Any) -> None:
        self.step = None
        try:
            step = onward(given)
        except StopIteration:
            return
        if not isinstance(step, STEPS):
            self._coroutine.close()
            raise NotAStep(f"a talk may await only its steps, not {type(step).__name__}")
        self.step = step
