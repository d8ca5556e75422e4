"""The closed sets of words that the tables, the API and the texts share."""

from enum import StrEnum


class Language(StrEnum):
    """A language the product speaks."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


class UnitKind(StrEnum):
    """What a unit («Đơn vị») is."""

    MINISTRY = "ministry"
    DEPARTMENT_OF_HEALTH = "department_of_health"
    HOSPITAL = "hospital"
    COMMUNE_HEALTH_STATION = "commune_health_station"
    VACCINATION_SITE = "vaccination_site"


class Gender(StrEnum):
    """«Giới tính»."""

    MALE = "male"
    FEMALE = "female"


class IdKind(StrEnum):
    """A paper with a number: the citizen's card, the old card, a passport («CMT/CCCD/Hộ chiếu»)."""

    CCCD = "cccd"
    CMT = "cmt"
    PASSPORT = "passport"


class NumberKind(StrEnum):
    """What a person is looked up by, beside their name (R16)."""

    PHONE = "phone"
    DOCUMENT = "document"


class SubjectField(StrEnum):
    """What is known of a subject, as people change it."""

    FULL_NAME = "full_name"
    BIRTH = "birth"
    GENDER = "gender"
    ID_NUMBERS = "id_numbers"
    PHONES = "phones"
    GUARDIAN = "guardian"
    RESIDENCE = "residence"
    """The commune, and what comes before it."""


SENSITIVE_FIELDS = frozenset(
    {SubjectField.FULL_NAME, SubjectField.BIRTH, SubjectField.ID_NUMBERS, SubjectField.RESIDENCE}
)
"""«như họ tên, ngày sinh, số CMT/CCCD/Hộ chiếu, địa chỉ nơi ở hiện tại» (R17)."""


class SubjectAct(StrEnum):
    """What was done to a subject; each is written down with what was there before (R17)."""

    REGISTERED = "registered"
    CORRECTED = "corrected"
    UNDONE = "undone"
    """The unit that keeps the subject took a correction back."""


class Shown(StrEnum):
    """How much of a subject somebody was shown."""

    CARD = "card"
    """What the work needs; numbers are masked."""
    IN_FULL = "in_full"


class ContactKind(StrEnum):
    """What a contact of a unit is for (R15)."""

    FOCAL_OFFICER = "focal_officer"
    """«Cán bộ đầu mối»."""
    SUPPORT = "support"
    """Whom the department's people turn to: in the province, and at the ministry."""


SUPPORTING = frozenset({UnitKind.DEPARTMENT_OF_HEALTH, UnitKind.MINISTRY})
"""Units that have a support contact besides their focal officer."""


class UnitStatus(StrEnum):
    """Whether a unit is open."""

    OPEN = "open"
    CLOSED = "closed"

    @classmethod
    def of(cls, is_open: bool) -> "UnitStatus":
        """The status' word."""
        return cls.OPEN if is_open else cls.CLOSED


class Right(StrEnum):
    """What somebody is to do in the registry; an account is asked for with these (R13)."""

    DATA_ENTRY = "data_entry"
    DOSE_HISTORY = "dose_history"
    SUBJECT_DATA = "subject_data"


class RequestState(StrEnum):
    """How far an account request is (R14). It waits, then one decision stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    """Its unit took it back before anybody decided."""


class AccountStatus(StrEnum):
    """«Trạng thái» of an account in the list (R7)."""

    ACTIVE = "active"
    INACTIVE = "inactive"

    @classmethod
    def of(cls, is_active: bool) -> "AccountStatus":
        """The status' word."""
        return cls.ACTIVE if is_active else cls.INACTIVE


class AccountMark(StrEnum):
    """What an admin is to know of an account besides its status."""

    FROZEN = "frozen"
    DELETED = "deleted"
    OTP_DISABLED = "otp_disabled"


class Channel(StrEnum):
    """The way somebody came: through the bot's chat, or straight to the API."""

    CHAT = "chat"
    API = "api"


class Attempt(StrEnum):
    """How an attempt to sign in went."""

    UNKNOWN_NAME = "unknown_name"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a word, not a secret
    MADE_TO_WAIT = "made_to_wait"
    INACTIVE = "inactive"
    API_NOT_PERMITTED = "api_not_permitted"
    PASSWORD_RIGHT = "password_right"  # noqa: S105 - a word, not a secret
    WRONG_OTP = "wrong_otp"
    OTP_LOCKED = "otp_locked"
    """The wrong OTP that locked the account, or one that came while it was locked."""
    OTP_EXPIRED = "otp_expired"
    OTP_DISABLED = "otp_disabled"
    SIGNED_IN = "signed_in"
    OTP_CONFIRMED = "otp_confirmed"
    """Inside a session, before something sensitive."""
    NOT_ME = "not_me"
    """The person said of an earlier row that it was not they."""


class OtpPurpose(StrEnum):
    """What a code is for; a code for one thing is nothing for another (T05)."""

    SIGN_IN = "sign_in"
    FIRST_PHONE = "first_phone"
    STEP_UP = "step_up"
    """Somebody signed in is about to do something sensitive."""
    CORRECTION = "correction"
    """Somebody is about to correct what is sensitive of another unit's subject (R17)."""


class SmsOutcome(StrEnum):
    """What became of an SMS."""

    CLAIMED = "claimed"
    """Counted, and about to be handed over; where a process died in between it stays so, and is never sent later."""
    SENT = "sent"
    FAILED = "failed"
    """Surely not sent; it counts towards no limit."""
    UNKNOWN = "unknown"


class SessionEnd(StrEnum):
    """Why a session ended before its time."""

    SIGNED_OUT = "signed_out"
    ENDED_ELSEWHERE = "ended_elsewhere"
    NOT_ME = "not_me"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word, not a secret
    PHONE_CHANGED = "phone_changed"
    BY_ADMIN = "by_admin"
    """An admin ended it, or changed the account so that it had to end."""


class Act(StrEnum):
    """What an admin did; every such act is written down (T25)."""

    CREATED = "created"
    EDITED = "edited"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    DELETED = "deleted"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a word, not a secret
    OTP_ENABLED = "otp_enabled"
    SESSIONS_ENDED = "sessions_ended"
    PHONE_FROZEN = "phone_frozen"
    PHONE_REBOUND = "phone_rebound"
    HANDED_OVER = "handed_over"
    EXPORTED = "exported"
    UNIT_CREATED = "unit_created"
    UNIT_EDITED = "unit_edited"
    UNIT_CLOSED = "unit_closed"
    UNIT_REOPENED = "unit_reopened"
    CONTACT_CHANGED = "contact_changed"
    REQUEST_APPROVED = "request_approved"
    REQUEST_REJECTED = "request_rejected"


SENSITIVE = frozenset(
    {
        Act.DELETED,
        Act.PASSWORD_RESET,
        Act.OTP_ENABLED,
        Act.PHONE_FROZEN,
        Act.PHONE_REBOUND,
        Act.HANDED_OVER,
        Act.EXPORTED,
        Act.REQUEST_APPROVED,
        Act.REQUEST_REJECTED,
    }
)
"""What wants an OTP confirmed within `rules.FRESH_OTP`."""


class FileFlaw(StrEnum):
    """Why a file is not read (T21)."""

    NOT_A_TABLE = "not_a_table"
    OLD_EXCEL = "old_excel"
    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    MACROS = "macros"
    LINKS = "links"
    """It reaches for other files or addresses."""
    TOO_MUCH_INSIDE = "too_much_inside"
    """More than a list of people can need: a bomb, or a sheet of a million columns."""
    BROKEN = "broken"


class UnitColumn(StrEnum):
    """A column of the table in which units are sent."""

    NAME = "name"
    KIND = "kind"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class UnitRowFlaw(StrEnum):
    """Why no unit is made of a row of such a table."""

    CELL_EMPTY = "cell_empty"
    NAME_INVALID = "name_invalid"
    KIND_UNKNOWN = "kind_unknown"
    KIND_MISPLACED = "kind_misplaced"
    AREA_UNKNOWN = "area_unknown"
    """It is not there, or out of scope (R12)."""
    AREA_UNCLEAR = "area_unclear"
    TWICE = "twice"
    """A row above it has a unit of that name in that area."""


class SubjectRowFlaw(StrEnum):
    """Why no subject is made of a row of a file, where no refusal says it."""

    CELLS_MISSING = "cells_missing"
    """It has not as many as the first row."""
    GENDER_UNKNOWN = "gender_unknown"
    NUMBER_MISSING = "number_missing"
    """Neither a phone's nor a paper's."""
    AREA_UNKNOWN = "area_unknown"
    UNIT_UNKNOWN = "unit_unknown"


class Notice(StrEnum):
    """What a delivery tells; the text of that name words it."""

    SIGNED_IN_ELSEWHERE = "signed_in_elsewhere"
    PHONE_CHANGED = "phone_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word, not a secret
    SESSION_ENDED_ELSEWHERE = "session_ended_elsewhere"
    NOT_ME_REPORTED = "not_me_reported"
    """To the supervisor: somebody says a sign-in was not theirs (R2)."""
    MANAGED = "managed"
    """To the account's person: what an admin did with it."""
    ACCOUNT_REQUESTED = "account_requested"
    """To the supervisors: whom a unit asks for, and what was decided last (R14)."""
    REQUESTS_DECIDED = "requests_decided"
    """The same card, when nobody waits on it any more."""
    REQUESTS_WAIT = "requests_wait"
    """To the supervisors, from time to time: they wait still."""
    SUPERVISOR_UNREACHED = "supervisor_unreached"
    """To the system's admins: they wait, and nobody who decides there can be reached."""
    ACCOUNTS_REQUESTED = "accounts_requested"
    """To the supervisors: a list for several units, which has no card."""
    REQUEST_APPROVED = "request_approved"
    REQUEST_REJECTED = "request_rejected"
    """Both to whoever asked."""
    HANDED_TO_YOU = "handed_to_you"
    """To whoever takes over from a colleague who leaves."""
    SUBJECT_CORRECTED = "subject_corrected"
    """To the unit that keeps the subject: another unit corrected it (R17)."""
    CORRECTION_UNDONE = "correction_undone"
    """In its place, and to whoever had corrected."""
    MANY_MISSES = "many_misses"
    """To the supervisors: one of their units looks for people whom nobody knows (T20)."""
    SUBJECT_IN_FULL = "subject_in_full"
    """To whoever pressed for it: a subject's numbers and address."""
    TAKEN_BACK = "taken_back"
    """The message of that card goes; its words are said only where it cannot be deleted."""


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    BLOCKED = "blocked"
    """The person has blocked the bot, or is gone."""
    FAILED = "failed"
    """Telegram does not take it, or was not to be reached for too long."""
    SUPERSEDED = "superseded"
    """A later one of the same card was brought in its place."""
