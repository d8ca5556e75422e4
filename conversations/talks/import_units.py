"""«Nhập từ tệp»: a table of units becomes units; what is wrong in it comes back marked (R15)."""

from typing import Any

from api.client import Api
from api.schemas.units import UnitRowWrong
from conversations.talk import Press, Talk, part
from conversations.texts import Lines
from models.refusals import (
    ColumnsMissing,
    ColumnsTwice,
    FileGone,
    FileTooBig,
    FileUnreadable,
    TableEmpty,
    TooManyRows,
)
from models.rules import MAX_UNITS_A_FILE

UNREAD = (FileGone, FileTooBig, FileUnreadable, ColumnsMissing, ColumnsTwice, TooManyRows, TableEmpty)
"""What another file helps against."""


@part
async def import_units(talk: Talk) -> None:
    """One file after the other, until nothing is wrong in one."""
    while True:
        file = await talk.ask_file("file", options=["template", "close"], max=MAX_UNITS_A_FILE)
        if isinstance(file, Press):
            if file.name == "close":
                return
            await talk.say("form", document=(Api.units_template,))
            continue
        try:
            imported = await talk.do(Api.import_units, file)
        except UNREAD as refusal:
            await talk.tell(refusal)
            continue
        await talk.say("done", made=imported.made, existing=imported.existing, wrong=imported.wrong)
        if not imported.wrong:
            return
        try:
            await talk.say("wrong", document=(Api.marked_units, file), rows=_lines(imported.flaws))
        except UNREAD as refusal:
            await talk.tell(refusal)


def _lines(flaws: list[UnitRowWrong]) -> Lines:
    return Lines("import_units.flaw", tuple(_facts(flaw) for flaw in flaws))


def _facts(flaw: UnitRowWrong) -> dict[str, Any]:
    return {"row": flaw.row, "column": flaw.column, "flaw": flaw.flaw}
