"""Correcting a subject: what is changed, what of that is sensitive, and what an OTP for it is bound to (R17, T18)."""

from collections.abc import Iterable
from uuid import UUID

from models.particulars import Particulars
from models.words import SENSITIVE_FIELDS, SubjectField


def changed(before: Particulars, after: Particulars) -> list[SubjectField]:
    """The fields that are not the same, in their order."""
    was, will_be = _by_field(before), _by_field(after)
    return [field for field in SubjectField if was[field] != will_be[field]]


def sensitive(fields: Iterable[SubjectField]) -> list[SubjectField]:
    """Those among them that want an OTP where another unit keeps the subject, in their alphabet's order."""
    return sorted(SENSITIVE_FIELDS.intersection(fields))


def otp_object(session_id: UUID, subject_id: int, version: int, fields: Iterable[SubjectField]) -> str:
    """What the OTP is for: these fields of that version of that subject, in that session, and nothing else (T18)."""
    return f"{session_id}|{subject_id}|{version}|{','.join(sensitive(fields))}"


def _by_field(one: Particulars) -> dict[SubjectField, object]:
    of = one.sensitive
    return {
        SubjectField.FULL_NAME: of.full_name,
        SubjectField.BIRTH: of.birth,
        SubjectField.GENDER: one.rest.gender,
        SubjectField.ID_NUMBERS: of.id_numbers,
        SubjectField.PHONES: one.rest.phones,
        SubjectField.GUARDIAN: one.rest.guardian,
        SubjectField.RESIDENCE: (of.scheme, of.area, of.address),
    }
