"""More copies of an update than one, as Telegram may send them: late, in any order, a press under another id too."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

COPIES = 3
HIGHEST_ID = 2**31 - 1


@dataclass
class Copies:
    """Makes more of each update, and lets them come in any order."""

    dice: random.Random
    new_id: Callable[[], int]
    late: list[dict[str, Any]] = field(default_factory=list)

    def now(self, raw: dict[str, Any]) -> list[dict[str, Any]]:
        """The update, and some of the copies of this and earlier ones; of a press, some are under new ids."""
        is_press = "callback_query" in raw
        for _ in range(COPIES - 1):
            self.late.append({**raw, "update_id": self.new_id()} if is_press and self.dice.random() < 0.5 else raw)
        self.dice.shuffle(self.late)
        come = self.dice.randrange(COPIES + 1)
        now, self.late = [raw, *self.late[:come]], self.late[come:]
        self.dice.shuffle(now)
        return now

    def rest(self) -> list[dict[str, Any]]:
        """All copies that are still to come."""
        rest, self.late = self.late, []
        return rest
