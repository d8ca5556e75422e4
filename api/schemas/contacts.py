"""Focal officers and support contacts (R15)."""

from datetime import datetime

from pydantic import Field

from api.schemas.values import Answer, Request, Typed
from models.words import ContactKind


class NewContact(Request):
    """Somebody to turn to: a person, or an office («Cục Công nghệ thông tin»)."""

    full_name: Typed = Field(examples=["Cục Công nghệ thông tin, Bộ Y tế"])
    position: Typed | None = Field(None, examples=["Phó trưởng phòng Nghiệp vụ Y"])
    phone: Typed = Field(examples=["024 3825 3535"])
    email: Typed | None = Field(None, examples=["tram@tuhiep.vn"])


class ContactSeen(Answer):
    """Somebody to turn to."""

    full_name: str
    position: str | None
    phone: str
    email: str | None
    changed_at: datetime


class ContactOfUnit(Answer):
    """A contact that a unit has, or should have."""

    kind: ContactKind
    contact: ContactSeen | None = Field(description="None: nobody has entered it yet.")
