"""Every table, so that the metadata is whole wherever this is imported."""

from models import (
    accounts,
    activations,
    acts,
    contacts,
    deliveries,
    doses,
    effects,
    history,
    notice_sms,
    otp,
    places,
    request_lists,
    requests,
    sessions,
    sign_ins,
    subject_imports,
    subjects,
)
from models.base import Base

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "accounts",
    "activations",
    "acts",
    "contacts",
    "deliveries",
    "doses",
    "effects",
    "history",
    "notice_sms",
    "otp",
    "places",
    "request_lists",
    "requests",
    "sessions",
    "sign_ins",
    "subject_imports",
    "subjects",
]
