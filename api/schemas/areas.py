"""Areas, and the units one may choose in them."""

from pydantic import Field

from api.schemas.values import Answer
from models.roles import Level, Role


class AreaSeen(Answer):
    """An area to choose."""

    scheme: int
    code: str
    level: Level
    name: str


class Workplace(Answer):
    """Where one's own scope begins, and which roles may be given at units of each level below (R8, R9)."""

    area: AreaSeen
    around: list[str] = Field(description="The names of the areas that it lies in, the nearest first.")
    roles: dict[Level, list[Role]]
    grants_api: bool


class UnitChoice(Answer):
    """A unit to choose."""

    id: int
    name: str
    level: Level
