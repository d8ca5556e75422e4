"""What every request and answer is made of: typed lines, ids, areas, and the two kinds of body."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from models.rules import PASSWORD_MAX_LENGTH

SHORT_TEXT = 256
"""Characters of a typed line that are looked at at all; what is longer is refused before any work."""

BIGGEST_ID = 2**53 - 1
"""The biggest whole number that every reader of JSON has exactly (RFC 8259, 6); Telegram's ids are smaller still."""

Typed = Annotated[str, Field(max_length=SHORT_TEXT)]


def _is_a_number(given: object) -> object:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError("not a number")  # noqa: TRY004 - pydantic's way to say it
    return given


WHOLE = BeforeValidator(_is_a_number)
"""For numbers in requests, as JSON means them: `7` and `7.0` are whole ones, `true` and `"7"` are none."""

Id = Annotated[int, Field(ge=1, le=BIGGEST_ID), WHOLE]

Scheme = Annotated[int, Field(ge=1, le=9999, description="The year of a division of the country."), WHOLE]

AreaCode = Annotated[str, Field(max_length=16, pattern=r"^[A-Z0-9]+$", examples=["00658"])]

TypedSecret = Annotated[SecretStr, Field(max_length=2 * PASSWORD_MAX_LENGTH)]


class Request(BaseModel):
    """A request: an unknown field is refused, never ignored (T10)."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """An answer; small, because the bot's journal keeps it."""

    model_config = ConfigDict(frozen=True)
