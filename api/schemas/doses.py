"""Vaccines, plans and doses (R18)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.values import WHOLE, Answer, Request, Typed
from models.rules import MOST_DOSES, MOST_EXPECTED, MOST_LOTS

DoseNumber = Annotated[int, Field(ge=1, le=MOST_DOSES), WHOLE]


class VaccineRow(Answer):
    """A vaccine, with its course."""

    code: str
    name: str
    doses: int
    min_days: int | None = Field(description="Between two doses; None where there is but one.")


class NewPlan(Request):
    """«Kế hoạch tiêm»: where and when one's own unit vaccinates, and with what."""

    day: date
    place: Typed = Field(examples=["Nhà văn hóa thôn Cổ Điển A"])
    vaccine: Typed = Field(examples=["astrazeneca"])
    lots: list[Typed] = Field(min_length=1, max_length=MOST_LOTS, examples=[["ABW1234"]])
    expected: Annotated[int, Field(ge=1, le=MOST_EXPECTED), WHOLE]


class PlanRow(Answer):
    """A plan of one's own unit."""

    id: UUID
    day: date
    place: str
    vaccine: str = Field(description="Its name.")
    lots: list[str] = Field(description="The one used last comes first.")
    expected: int
    has_come: bool = Field(description="Its day has come: doses are recorded under it.")


class PlansSeen(Answer):
    """The plans of one's own unit, the one used last first, then the latest."""

    day: date = Field(description="Today, in Vietnam.")
    rows: list[PlanRow]


class PlanMade(Answer):
    """The plan is in the list."""

    id: UUID


class DoseSeen(Answer):
    """A dose on a subject's card."""

    id: UUID
    number: int
    vaccine: str
    lot: str
    day: date
    place: str
    unit: str
    version: int
    is_yours: bool = Field(description="One's own unit recorded it, and corrects it.")
    has_reason: bool = Field(description="It was given, or corrected, for a reason that was written down.")


class NewDose(Request):
    """«Ghi mũi tiêm»: on the plan's day, at its place, with its vaccine."""

    plan: UUID
    number: DoseNumber
    lot: Typed
    reason: Typed | None = Field(None, description="Why, where it does not fit the doses before.")


class DoseRecorded(Answer):
    """The dose is on the subject's card."""

    id: UUID
    was_there: bool = Field(description="It was recorded before: the same person, day, vaccine and number.")


class DoseCorrection(Request):
    """What of a dose is to be different, and why."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1), WHOLE]
    number: DoseNumber
    lot: Typed
    reason: Typed


class DoseCorrected(Answer):
    """The dose is as it was to be; what it was is kept."""

    version: int
