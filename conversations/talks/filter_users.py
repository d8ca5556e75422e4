"""The filters of the list of users: which are set, one more, one less (R7)."""

from dataclasses import dataclass, field, replace
from typing import Any

from api.client import Api
from api.client.accounts import AccountFilter
from api.schemas.areas import AreaSeen
from conversations.talk import Option, Talk, part
from conversations.talks.choose_unit import Choice, find
from models.email import email
from models.roles import Level
from models.username import folded

AREAS = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)
"""«Tỉnh/TP», «Quận/Huyện», «Phường/Xã»."""


@dataclass(frozen=True)
class Narrowed:
    """The filters that are set."""

    but_area: AccountFilter = field(default_factory=AccountFilter)
    areas: tuple[AreaSeen, ...] = ()
    """From one's own scope down to the one that is wanted."""

    @property
    def wanted(self) -> AccountFilter:
        """What the API is asked for."""
        return replace(self.but_area, area=(self.areas[-1].scheme, self.areas[-1].code) if self.areas else None)

    @property
    def told(self) -> dict[str, dict[str, Any]]:
        """Each filter by its name, with the facts of its text."""
        of = self.but_area
        values = {"username": of.username, "email": of.email, "level": of.level}
        told: dict[str, dict[str, Any]] = {name: {name: value} for name, value in values.items() if value}
        if of.api_permission is not None:
            told["api_permission"] = {"api": "☑" if of.api_permission else "☐"}
        return told | {area.level: {"name": area.name} for area in self.areas}

    def without(self, name: str) -> "Narrowed":
        """The others; without an area, those inside it are gone too."""
        if name not in set(AREAS):
            return replace(self, but_area=replace(self.but_area, **{name: None}))
        levels = [area.level for area in self.areas]
        return replace(self, areas=self.areas[: levels.index(Level(name))] if name in levels else self.areas)


@part
async def choose_filter(talk: Talk, narrowed: Narrowed) -> Narrowed:
    """One more filter; those that are set stay."""
    of = narrowed.but_area
    scope = (await talk.look(Api.workplace)).area
    areas = [Option(level) for level in AREAS if level not in AREAS[: _depth(scope)]]
    choice = await talk.choose("which", ["username", "email", "with_api", "without_api", "level", *areas])
    match choice:
        case "username":
            return replace(narrowed, but_area=replace(of, username=await talk.ask("username", folded)))
        case "email":
            return replace(narrowed, but_area=replace(of, email=await talk.ask("email", email)))
        case "with_api" | "without_api":
            return replace(narrowed, but_area=replace(of, api_permission=choice == "with_api"))
        case "level":
            level = Level(await talk.choose("level", _levels()))
            return replace(narrowed, but_area=replace(of, level=level))
        case _:
            return replace(narrowed, areas=await choose_area(talk, scope, narrowed.areas, Level(choice)))


@part
async def choose_area(talk: Talk, scope: AreaSeen, chosen: tuple[AreaSeen, ...], level: Level) -> tuple[AreaSeen, ...]:
    """The way to an area of that level, past those above it that are chosen; one that is alone takes itself."""
    way = tuple(area for area in chosen if _depth(area) < AREAS.index(level) + 1)
    here = way[-1] if way else scope
    while here.level is not level:
        parts = await talk.look(Api.areas_in, here.scheme, here.code)
        if not parts:
            break
        with talk.within(here.code):
            here = parts[0] if len(parts) == 1 else await find(talk, here.name, _choices(parts))
        way = (*way, here)
    return way


def _depth(area: AreaSeen) -> int:
    """How many levels of areas end with that one: none with the country."""
    return 1 + AREAS.index(area.level) if area.level in AREAS else 0


def _choices(parts: list[AreaSeen]) -> list[Choice[AreaSeen]]:
    return [Choice(area.code, "📍", area) for area in parts]


def _levels() -> list[Option]:
    return [Option(level, "choose_filter.level.one", {"level": level}) for level in Level]
