"""Where people work: the administrative areas, and the units that stand in them."""

from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, Identity, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, known, listed
from models.roles import COUNTRY as COUNTRY
from models.roles import LEVELS_OF_KIND as LEVELS_OF_KIND
from models.roles import SCHEME_2021 as SCHEME_2021
from models.roles import Level
from models.rules import NAME_MAX_LENGTH
from models.words import UnitKind

PLACE = Text(collation="C")
"""A place, as `models.scopes` has them. So collated, what begins alike lies together, whatever the server speaks."""

PARENT_LEVELS: dict[Level, frozenset[Level]] = {
    Level.PROVINCE: frozenset({Level.NATIONAL}),
    Level.DISTRICT: frozenset({Level.PROVINCE}),
    Level.COMMUNE: frozenset({Level.DISTRICT, Level.PROVINCE}),  # two-level divisions have no districts (R24)
}


ONE_SPELLING = r"name IS NFC NORMALIZED AND name !~ '^\s|\s$|\s\s|[^\S ]|[[:cntrl:]]'"
FOLDED = (
    "lower(regexp_replace(translate(normalize(name, NFKD), 'đĐðÐɖƉ'::text, 'dddddd'::text),"
    r" '[\u0300-\u036f]'::text, ''::text, 'g'::text))"
)


class Area(Base):
    """A province, district or commune with its statistical code; the country itself is the root.

    Codes were used again when the divisions changed in 2025, so the key is scheme and code together.
    """

    __tablename__ = "area"

    scheme: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[Level] = mapped_column()
    parent: Mapped[str | None] = mapped_column()
    parent_level: Mapped[Level | None] = mapped_column()
    name: Mapped[str] = mapped_column()
    """As it is written in addresses: «Xã Tứ Hiệp», «Huyện Thanh Trì», «Thành phố Hà Nội»."""
    place: Mapped[str] = mapped_column(PLACE)

    __table_args__ = (
        UniqueConstraint("scheme", "code", "level"),
        UniqueConstraint("scheme", "code", "level", "place"),
        Index(None, "scheme", "parent"),
        ForeignKeyConstraint(["scheme", "parent", "parent_level"], ["area.scheme", "area.code", "area.level"]),
        known("level", Level),
        CheckConstraint(
            " OR ".join(
                ["level = 'national' AND parent IS NULL AND parent_level IS NULL"]
                + [
                    f"level = '{level}' AND parent IS NOT NULL AND parent_level IN ({listed(parents)})"
                    for level, parents in PARENT_LEVELS.items()
                ]
            ),
            name="parent_is_one_level_up",
        ),
    )


class Unit(Base):
    """A department of health, hospital, health station or vaccination site, standing in one area of any level."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column()
    folded: Mapped[str] = mapped_column(PLACE, Computed(FOLDED, persisted=True))
    """The name as it is compared (`spelling.folded_name`): no two in one area are alike."""
    kind: Mapped[UnitKind] = mapped_column()
    scheme: Mapped[int] = mapped_column()
    area: Mapped[str] = mapped_column()
    level: Mapped[Level] = mapped_column()
    place: Mapped[str] = mapped_column(PLACE)
    is_open: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        UniqueConstraint("id", "level", "place"),
        UniqueConstraint("id", "kind"),
        UniqueConstraint("scheme", "area", "folded"),
        ForeignKeyConstraint(
            ["scheme", "area", "level", "place"], ["area.scheme", "area.code", "area.level", "area.place"]
        ),
        Index(None, "place", "name", "id"),
        known("kind", UnitKind),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_MAX_LENGTH}", name=f"name_at_most_{NAME_MAX_LENGTH}"),
        CheckConstraint(ONE_SPELLING, name="name_is_one_spelling"),
        CheckConstraint(
            " OR ".join(f"kind = '{kind}' AND level IN ({listed(levels)})" for kind, levels in LEVELS_OF_KIND.items()),
            name="kind_fits_level",
        ),
    )
