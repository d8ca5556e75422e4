"""What somebody signed in sees and changes of their own: account, password, history, sessions, help."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.contacts import ContactSeen
from api.schemas.units import UnitSeen
from api.schemas.values import Answer, Request, TypedSecret
from models.roles import Role
from models.words import Attempt, Channel, ContactKind, Language


class Me(Answer):
    """The account that is signed in."""

    id: int
    username: str
    full_name: str
    role: Role
    unit: UnitSeen
    phone_hint: str | None
    language: Language
    must_change_password: bool


class NewLanguage(Request):
    """The language to be spoken to in."""

    language: Language = Field(examples=["vi"])


class CurrentPassword(Request):
    """The password as it is, to prove it before a new one is given."""

    current: TypedSecret = Field(examples=["Lúa chín vàng đồng"])


class PasswordProven(Answer):
    """A new password may be given in this session until then."""

    until: datetime


class NewPassword(Request):
    """The password to be; the current one was proven in this session, unless somebody else had set it."""

    new: TypedSecret = Field(examples=["Mạ non xanh rì rào"])


class PasswordChanged(Answer):
    """The password is changed; every other session has ended."""

    ended_sessions: int


class HistoryRow(Answer):
    """One attempt to sign in to one's own account (R2)."""

    id: UUID
    at: datetime
    attempt: Attempt
    channel: Channel
    source: str = Field(description="The chat or address it came from, shortened.")
    is_here: bool = Field(description="It came from the chat or address that asks.")


class HistoryPage(Answer):
    """A page of the login history, newest first."""

    rows: list[HistoryRow]
    next: str | None = Field(description="Give it as `after` for the next page; None on the last.")


class NotMeReported(Answer):
    """«Không phải tôi» was carried out: every session ended, a new password is due, the supervisor told (R2)."""

    ended_sessions: int
    supervisors_told: int = Field(description="Supervisors with an open chat; 0: none could be reached at once.")


class SessionRow(Answer):
    """One open session of one's own."""

    id: UUID
    channel: Channel
    source: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_here: bool


class OtpProven(Answer):
    """What is sensitive may be done in this session until then."""

    until: datetime


class SessionsEnded(Answer):
    """How many sessions were ended."""

    ended_sessions: int


class HelpRow(Answer):
    """Whom to turn to at a unit."""

    unit: str
    kind: ContactKind
    contact: ContactSeen | None = Field(description="None: nobody has entered it yet.")
