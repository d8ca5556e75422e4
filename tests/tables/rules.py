"""`make rules`: every rule at its three walls, with the tests that attack each.

A cell without a test needs a reason in `NO_WALL`; an empty cell fails.
"""

import sys
from collections import defaultdict

from rich.console import Console
from rich.table import Table

from tests.tables.claims import Claim, claims

WALLS = {"chat": ("conversations", "bot", "story"), "API": ("api",), "database": ("models",)}

RULES = {
    "R01": "Username, password and OTP, every time",
    "R02": "Every attempt in the login history, for good",
    "R03": "A first phone: captcha, then its own OTP",
    "R04": "One OTP, once, for the sign-in that asked",
    "R05": "Five wrong OTPs lock for five minutes",
    "R06": "Settings may be stricter, never looser",
    "R07": "The list of users: columns, filters, one's own scope",
    "R08": "A new user: what is asked, saved or left",
    "R09": "The roles on offer are those one may give",
    "R10": "The API permission is granted by few",
    "R11": "A new account is in the list at once",
    "R12": "Out of scope means not found",
    "R13": "A unit asks for accounts for its people",
    "R14": "The province's supervisor decides, once; the requester hears",
    "R15": "Units, their focal officers, and whom help names",
    "R16": "Subjects are looked up by name and number; masked; written down",
    "R17": "Another unit's subject changes with an OTP for just that; its unit hears, and undoes",
    "R18": "Subjects are registered, plans made, doses recorded once and never erased",
    "R23": "One address, one set of rules: the API may do what the chat may, and no more",
}
NO_WALL = {
    ("R06", "chat"): "the chat holds no setting: it asks the API",
}


def main() -> int:
    """Print the table; the answer is the number of empty cells."""
    found: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims():
        for wall, folders in WALLS.items():
            if claim.folder in folders:
                found[claim.row, wall].append(claim)
    table = Table(title="Rules and their walls", show_lines=True)
    table.add_column("Rule")
    for wall in WALLS:
        table.add_column(wall, overflow="fold")
    for rule, words in RULES.items():
        table.add_row(f"[b]{rule}[/b]\n{words}", *(_cell(rule, wall, found[rule, wall]) for wall in WALLS))
    Console(width=160).print(table)
    return sum(not found[rule, wall] and (rule, wall) not in NO_WALL for rule in RULES for wall in WALLS)


def _cell(rule: str, wall: str, tests: list[Claim]) -> str:
    if tests:
        return "\n".join(f"• {test.name.split('_', 2)[-1].replace('_', ' ')}" for test in tests)
    reason = NO_WALL.get((rule, wall))
    return f"– ({reason})" if reason else "[red]EMPTY[/red]"


if __name__ == "__main__":
    sys.exit(main())
