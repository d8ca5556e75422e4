"""The accounts of the staff."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, ForeignKeyConstraint, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, known, listed
from models.places import Unit
from models.roles import LEVELS_OF_ROLE, Level, Role
from models.username import USERNAME
from models.words import Language


class Account(Base):
    """Who may sign in: one unit, one role. Name and phone are sealed; what they belong to is their row.

    `phone_proof` is the challenge whose confirmed OTP made the number the account's (R3); a number that an admin
    entered has none.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    full_name_sealed: Mapped[bytes] = mapped_column()
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
    is_active: Mapped[bool] = mapped_column(default=True)
    api_permission: Mapped[bool] = mapped_column(default=False)
    language: Mapped[Language] = mapped_column(default=Language.VIETNAMESE)
    created_at: Mapped[datetime] = mapped_column()

    __table_args__ = (
        ForeignKeyConstraint(["unit_id", "unit_level"], ["unit.id", "unit.level"]),
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
        CheckConstraint("phone_proof IS NULL OR phone_key IS NOT NULL", name="proof_is_of_a_phone"),
        CheckConstraint(
            " OR ".join(f"role = '{role}' AND unit_level IN ({listed(ls)})" for role, ls in LEVELS_OF_ROLE.items()),
            name="role_fits_level",
        ),
    )
