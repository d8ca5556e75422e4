"""The accounts of the staff."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, known, listed
from models.places import PLACE, Unit
from models.roles import LEVELS_OF_ROLE, Level, Role
from models.username import USERNAME
from models.words import Language

LISTED = "deleted_at IS NULL"


class Account(Base):
    """Who may sign in: one unit, one role. Name, phone and email are sealed; what they belong to is their row.

    `phone_proof` is the challenge whose confirmed OTP made the number the account's (R3); a number that an admin
    entered has none. The name may be missing: R8 does not ask for it.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    full_name_sealed: Mapped[bytes | None] = mapped_column()
    email_sealed: Mapped[bytes | None] = mapped_column()
    email_key: Mapped[bytes | None] = mapped_column()
    password_hash: Mapped[str] = mapped_column()
    must_change_password: Mapped[bool] = mapped_column(default=True)
    phone_sealed: Mapped[bytes | None] = mapped_column()
    phone_key: Mapped[bytes | None] = mapped_column()
    phone_proof: Mapped[UUID | None] = mapped_column()
    phone_is_proven: Mapped[bool | None] = mapped_column(
        Computed("CASE WHEN (phone_proof IS NOT NULL) THEN true ELSE NULL::boolean END", persisted=True)
    )
    role: Mapped[Role] = mapped_column()
    unit_id: Mapped[int] = mapped_column(ForeignKey(Unit.id))
    unit_level: Mapped[Level] = mapped_column()
    place: Mapped[str] = mapped_column(PLACE)
    """Its unit's: what it manages begins with it."""
    is_active: Mapped[bool] = mapped_column(default=True)
    frozen_at: Mapped[datetime | None] = mapped_column()
    """When its phone was reported lost: nobody signs in until it has another."""
    deleted_at: Mapped[datetime | None] = mapped_column()
    """A deleted account is in no list and lets nobody in; its row stays for what the histories say of it."""
    api_permission: Mapped[bool] = mapped_column(default=False)
    language: Mapped[Language] = mapped_column(default=Language.VIETNAMESE)
    created_at: Mapped[datetime] = mapped_column()

    __table_args__ = (
        ForeignKeyConstraint(["unit_id", "unit_level", "place"], ["unit.id", "unit.level", "unit.place"]),
        ForeignKeyConstraint(
            ["phone_proof", "id", "phone_key", "phone_is_proven"],
            ["otp_challenge.id", "otp_challenge.account_id", "otp_challenge.phone_key", "otp_challenge.is_used"],
            name="account_phone_is_the_confirmed_one",
            use_alter=True,
            deferrable=True,  # the challenge is used and the number written in one transaction, in either order
            initially="DEFERRED",
        ),
        UniqueConstraint("unit_id", "id"),
        known("role", Role),
        known("language", Language),
        CheckConstraint(f"username ~ '^{USERNAME.pattern}$'", name="username_is_canonical"),
        CheckConstraint("(phone_sealed IS NULL) = (phone_key IS NULL)", name="phone_is_whole"),
        CheckConstraint("(email_sealed IS NULL) = (email_key IS NULL)", name="email_is_whole"),
        CheckConstraint("deleted_at IS NULL OR NOT is_active", name="deleted_is_inactive"),
        CheckConstraint("phone_proof IS NULL OR phone_key IS NOT NULL", name="proof_is_of_a_phone"),
        CheckConstraint(
            " OR ".join(f"role = '{role}' AND unit_level IN ({listed(ls)})" for role, ls in LEVELS_OF_ROLE.items()),
            name="role_fits_level",
        ),
        # The list of users (R7): a scope is a range of places, and a page goes on after a place and a name.
        Index("account_listed", "place", "username", postgresql_where=LISTED),
        Index("account_listed_by_level", "unit_level", "place", "username", postgresql_where=LISTED),
        Index("account_listed_with_api", "place", "username", postgresql_where=f"{LISTED} AND api_permission"),
        Index(None, "email_key"),
    )
