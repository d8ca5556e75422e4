"""Account requests: whom a unit asks for, what they are to do, and what its supervisor decided (R13, R14)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.base import Base, known, listed
from models.names import one_spelling
from models.places import PLACE, Unit
from models.refusals import ReasonInvalid
from models.roles import LEVELS_OF_ROLE, Level, Role
from models.rules import REASON_MAX_LENGTH
from models.words import RequestState, Right, UnitKind

WAITS = text("state = 'waiting'")


def proposed_role(rights: frozenset[Right], kind: UnitKind) -> Role:
    """The role that does what is asked for, and no more: none of these rights is managing accounts (R13).

    Who enters data or doses at a health station goes to where people are; elsewhere doses are given on the spot.
    """
    gives_doses = bool(rights & {Right.DATA_ENTRY, Right.DOSE_HISTORY})
    if gives_doses and kind is UnitKind.COMMUNE_HEALTH_STATION:
        return Role.MOBILE_VACCINATOR
    return Role.SITE_STAFF


def reason(typed: str) -> str:
    """Why a request is rejected, as it is kept.

    Raises:
        ReasonInvalid: no words, or too many.
    """
    words = one_spelling(typed)
    if len(words) > REASON_MAX_LENGTH or not any(c.isalpha() for c in words):
        raise ReasonInvalid(max=REASON_MAX_LENGTH)
    return words


class AccountRequest(Base):
    """A unit asks for an account for one person. It waits; the first decision stands (R14)."""

    __tablename__ = "account_request"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey(Unit.id))
    unit_level: Mapped[Level] = mapped_column()
    place: Mapped[str] = mapped_column(PLACE)
    """Its unit's: whoever manages there has asked, and its province's supervisors decide."""
    by_account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    asked_at: Mapped[datetime] = mapped_column()
    person_sealed: Mapped[bytes] = mapped_column()
    """JSON: full name, gender, position, email, phone; sealed for `seals.REQUEST_PERSON`."""
    person_key: Mapped[bytes] = mapped_column()
    phone_key: Mapped[bytes] = mapped_column()
    email_key: Mapped[bytes | None] = mapped_column()
    rights: Mapped[list[str]] = mapped_column(ARRAY(Text))
    proposed_role: Mapped[Role] = mapped_column()
    state: Mapped[RequestState] = mapped_column(default=RequestState.WAITING)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    decided_at: Mapped[datetime | None] = mapped_column()
    reason_sealed: Mapped[bytes | None] = mapped_column()
    """Why it was rejected; sealed for `seals.REQUEST_REASON`."""
    granted_role: Mapped[Role | None] = mapped_column()
    account_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id), unique=True)
    """The account that its approval made."""

    __table_args__ = (
        ForeignKeyConstraint(["unit_id", "unit_level", "place"], ["unit.id", "unit.level", "unit.place"]),
        known("state", RequestState),
        CheckConstraint(
            f"cardinality(rights) > 0 AND rights <@ ARRAY[{listed(Right)}]::text[]", name="rights_are_known"
        ),
        *(
            CheckConstraint(
                " OR ".join(
                    f"{role} = '{name}' AND unit_level IN ({listed(ls)})" for name, ls in LEVELS_OF_ROLE.items()
                ),
                name=f"{role}_fits_level",
            )
            for role in ("proposed_role", "granted_role")
        ),
        CheckConstraint("(decided_by IS NULL) = (state = 'waiting')", name="decided_by_somebody"),
        CheckConstraint("(decided_at IS NULL) = (state = 'waiting')", name="decided_at_some_time"),
        CheckConstraint("(reason_sealed IS NULL) = (state <> 'rejected')", name="rejected_for_a_reason"),
        CheckConstraint("(account_id IS NULL) = (state <> 'approved')", name="approved_makes_an_account"),
        CheckConstraint("(granted_role IS NULL) = (state <> 'approved')", name="approved_grants_a_role"),
        CheckConstraint("state = 'withdrawn' OR decided_by <> by_account_id", name="nobody_decides_on_their_own"),
        Index("account_request_listed", "place", "state", "asked_at", "id"),
        # One person is asked for once at a time by a unit.
        Index(
            "account_request_waits_once",
            "unit_id",
            "person_key",
            unique=True,
            postgresql_where=WAITS,
        ),
        Index(None, "phone_key"),
        Index("account_request_waits_for", "by_account_id", postgresql_where=WAITS),
    )
