"""What the product may answer instead of doing it: a rule said no, and these are the facts.

A refusal carries no wording and no HTTP status: `conversations/texts` words it, `api/refusals.py` gives it a status.

    Refusal
    ├── at the door    WrongCredentials, TryLater, CaptchaNeeded, CaptchaWrong, AccountInactive, AccountFrozen,
    │                  ApiNotPermitted, ActivationWrong, ActivationEnded, PhoneMissing
    ├── the OTP        OtpWrong, OtpMalformed, OtpExpired, OtpLocked, OtpDisabled, ResendTooSoon, TooManySms,
    │                  SignInEnded
    ├── inside         SessionEnded, PasswordMustChange, PasswordUnproven, WrongPassword, OtpNotFresh, NotFound
    ├── values         PhoneInvalid, ContactPhoneInvalid, EmailInvalid, NameInvalid, UsernameInvalid,
    │                  PasswordTooShort, PasswordTooLong,
    │                  PasswordTooCommon, PasswordIsUsername, PasswordUnchanged, ContactForeign, Malformed
    ├── managing       UsernameTaken, RoleNotYours, ApiNotYours, PasswordUnprepared, UnitClosed, UnitExists,
    │                  UnitInUse, UnitStays, UnitMisplaced, NotYourself, LastSystemAdmin, SuccessorUnfit,
    │                  ChangedMeanwhile
    ├── people         FullNameInvalid, BirthInvalid, SubjectPhoneInvalid, IdNumberInvalid,
    │                  IdNumberOfAnotherYear, IdNumberOfOtherGender, NumberInvalid, NameMissing, NumberMissing,
    │                  LotInvalid, DayInvalid, NumberOutOfRange, DoseOutOfTurn, DoseTooEarly,
    │                  DoseBeyondTheCourse, DoseOfAnotherVaccine, DoseThere, PlanNotToday, DoseChanged,
    │                  AddressInvalid, TooManyNumbers, NotLookedFor, OtpWanted, SubjectChanged, LookUpsPaused
    ├── files          FileTooBig, FileGone, FileUnreadable, ColumnsMissing, ColumnsTwice, TooManyRows,
    │                  TableEmpty, ListTooLong, LinesUnreadable
    ├── requests       RequestDecided, OwnRequest, PersonAsked, PhoneInUse, PhoneAsked, ReasonInvalid
    └── effects        EffectVoided, EffectDiffers, EffectForeign, Busy
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar, Self, dataclass_transform

from pydantic import TypeAdapter

from models.words import FileFlaw, RequestState, SubjectField


@dataclass_transform()
class Refusal(Exception):
    """A rule said no. Subclasses are dataclasses; their fields are the facts, and survive the wire and the journal."""

    known: ClassVar[dict[str, type["Refusal"]]] = {}

    def __init_subclass__(cls) -> None:
        Refusal.known[cls.__name__] = dataclass(unsafe_hash=True)(cls)

    @property
    def code(self) -> str:
        """The refusal's name, the same on the wire, in the journal and in the texts."""
        return type(self).__name__

    def facts(self) -> dict[str, Any]:
        """The facts as JSON values; datetimes in ISO 8601."""
        return {
            name: fact.isoformat() if isinstance(fact, datetime) else fact
            for name, fact in asdict(self).items()  # type: ignore[call-overload]  # every subclass is a dataclass
        }

    @classmethod
    def from_facts(cls, code: str, facts: dict[str, Any]) -> "Refusal":
        """The refusal that `code` and `facts` came from.

        Raises:
            KeyError: no refusal has that code.
            pydantic.ValidationError: the facts are not that refusal's.
        """
        refusal: Refusal = TypeAdapter(cls.known[code]).validate_python(facts)
        return refusal

    def __reduce__(self) -> tuple[type[Self], tuple[Any, ...]]:
        return type(self), tuple(vars(self).values())


# At the door


class WrongCredentials(Refusal):
    """Unknown name or wrong password; the same words for both (T07)."""


class ActivationWrong(Refusal):
    """No activation by that name and code, any more; the same words whatever it is (T07)."""


class ActivationEnded(Refusal):
    """The password was chosen already, or too late, or another code was sent meanwhile."""


class PhoneMissing(Refusal):
    """The account has no number that an SMS could go to."""


class TryLater(Refusal):
    """Too many wrong passwords for this name from this chat or address; nothing is judged until `until` (T31)."""

    until: datetime


class CaptchaNeeded(Refusal):
    """Many wrong passwords for this name from everywhere: a captcha comes first (T31)."""


class CaptchaWrong(Refusal):
    """The captcha was wrong, used, expired or another chat's (R3, T33)."""


class AccountInactive(Refusal):
    """The password was right, but the account is «Hết hiệu lực»."""


class AccountFrozen(Refusal):
    """The password was right, but the account's phone was reported lost: its admin must give it another number."""


class ApiNotPermitted(Refusal):
    """Right password, but the account may be used only through the bot (R10)."""


# The OTP


class OtpWrong(Refusal):
    """Not the code; `left` more guesses before the lock (R5)."""

    left: int


class OtpMalformed(Refusal):
    """Not a code at all: a code has `digits` digits. Nothing was judged or counted."""

    digits: int


class OtpExpired(Refusal):
    """The code's life is over, or none was sent; a new one can be (R4)."""


class OtpLocked(Refusal):
    """Too many wrong OTPs; nothing is judged until `until`, after `max` of them (R5)."""

    until: datetime
    max: int


class OtpDisabled(Refusal):
    """So many wrong OTPs in a row that the supervisor must enable the account's OTP again."""


class ResendTooSoon(Refusal):
    """The last SMS is too fresh; the next may go at `until` (R4)."""

    until: datetime


class TooManySms(Refusal):
    """The day's SMS for this number, account or chat are used up; the next may go at `until` (T06)."""

    until: datetime


class SignInEnded(Refusal):
    """This sign-in is over (done, expired, or dead by a lock): the password comes first again."""


# Inside


class SessionEnded(Refusal):
    """No session by that token: never was, ended, expired, or another chat's. Sign in again."""


class PasswordMustChange(Refusal):
    """Somebody else set this password; a new one comes before anything else."""


class WrongPassword(Refusal):
    """The current password was not right."""


class PasswordUnproven(Refusal):
    """The current password comes first; it was not given lately in this session."""


class OtpNotFresh(Refusal):
    """What was asked for wants an OTP that was confirmed within so many minutes."""

    minutes: int


class NotFound(Refusal):
    """There is no such thing, or it is not for this account to see (R12)."""


# Values


class PhoneInvalid(Refusal):
    """Not a Vietnamese mobile number that can receive an OTP."""


class ContactPhoneInvalid(Refusal):
    """Not a number that can be called in Vietnam."""


class EmailInvalid(Refusal):
    """Not an email address."""


class ContactForeign(Refusal):
    """A contact was shared that is not the person's own (R3, T08)."""


class NameInvalid(Refusal):
    """Not a name: it needs a letter, and at most `max` characters."""

    max: int


class UsernameInvalid(Refusal):
    """Not a possible username."""


class PasswordTooShort(Refusal):
    """Fewer than `min` characters."""

    min: int


class PasswordTooLong(Refusal):
    """More than `max` characters."""

    max: int


class PasswordTooCommon(Refusal):
    """On the list of passwords that everybody tries first."""


class PasswordIsUsername(Refusal):
    """The password contains the username, or is it."""


class PasswordUnchanged(Refusal):
    """The new password is the old one."""


class Malformed(Refusal):
    """The request does not fit its schema; `fields` are the places, never the values."""

    fields: list[str]


# Managing


class UsernameTaken(Refusal):
    """Another account has that name, or had it: the histories know accounts by their names."""


class RoleNotYours(Refusal):
    """A role that this account may not give, or that no unit of that level has (R9)."""


class ApiNotYours(Refusal):
    """«Phân quyền API» by somebody who may not give it (R10)."""


class NotYourself(Refusal):
    """One's own account is managed by somebody else."""


class LastSystemAdmin(Refusal):
    """Without this account nobody could let the others in."""


class SuccessorUnfit(Refusal):
    """Who leaves hands over to somebody else of the same unit who may sign in: not closed, and not frozen."""


class ChangedMeanwhile(Refusal):
    """Somebody else has changed the account since it was shown; nothing of theirs is overwritten unseen."""


class PasswordUnprepared(Refusal):
    """No password was prepared under that id by this account, or too long ago, or it was used."""


class UnitClosed(Refusal):
    """The unit is closed; nobody new works there."""


class UnitExists(Refusal):
    """A unit of that name, whatever its case and diacritics, stands in that area; it is `unit`."""

    unit: int


class UnitInUse(Refusal):
    """Some active `accounts` are at the unit: it is not closed while they are."""

    accounts: int


class UnitStays(Refusal):
    """The unit has accounts, who manage where it stands: it does not move."""


class UnitMisplaced(Refusal):
    """No unit of that kind stands in an area of that level."""


# People


class FullNameInvalid(Refusal):
    """Not somebody's full name, of `max` characters at most."""

    max: int


class BirthInvalid(Refusal):
    """Not a date of birth, nor a year, from the year `first` to today."""

    first: int


class SubjectPhoneInvalid(Refusal):
    """Not a Vietnamese phone number, mobile or landline."""


class IdNumberInvalid(Refusal):
    """Not the number of a CCCD, a CMT or a passport."""


class IdNumberOfAnotherYear(Refusal):
    """The CCCD's number says that its holder was born in another year, which is `year`."""

    year: int


class IdNumberOfOtherGender(Refusal):
    """The CCCD's number says that its holder is of the other sex."""


class NumberInvalid(Refusal):
    """Neither a Vietnamese phone number nor the number of a CCCD, a CMT or a passport."""


class NameMissing(Refusal):
    """A number alone finds nobody: the full name is missing (R16)."""


class NumberMissing(Refusal):
    """A name alone finds nobody: a phone's or a paper's number is missing (R16)."""


class AddressInvalid(Refusal):
    """Not what stands before the commune in an address: at most `max` characters."""

    max: int


class TooManyNumbers(Refusal):
    """More than `max` phones of one person, or papers."""

    max: int


class OtpWanted(Refusal):
    """These lines of another unit's subject are corrected with an OTP for just that (R17)."""

    lines: list[SubjectField]


class SubjectChanged(Refusal):
    """Somebody else has changed the subject since it was shown; nothing of theirs is overwritten unseen (T18)."""


class LotInvalid(Refusal):
    """Not a lot's number: letters and digits, of at most `max` signs."""

    max: int


class DayInvalid(Refusal):
    """Not a day, or one too far away."""


class NumberOutOfRange(Refusal):
    """Not a number from 1 to `max`."""

    max: int


class DoseOutOfTurn(Refusal):
    """Doses follow one another: the next one is number `due`. A reason is written down where it is so all the same."""

    due: int


class DoseTooEarly(Refusal):
    """Fewer than so many `days` after the dose before; from the day `earliest` on it is not. As above."""

    days: int
    earliest: str


class DoseBeyondTheCourse(Refusal):
    """A course of that vaccine has fewer doses. As above."""

    vaccine: str
    doses: int


class DoseOfAnotherVaccine(Refusal):
    """The dose before, which has that number, was of another vaccine. As above."""

    number: int


class DoseThere(Refusal):
    """That very dose is recorded already: the same person, day, vaccine and number."""


class PlanNotToday(Refusal):
    """Doses are recorded when the plan's day has come."""


class DoseChanged(Refusal):
    """Somebody else has corrected the dose since it was shown."""


class NotLookedFor(Refusal):
    """Nobody is registered before they were looked for by every number they have: perhaps they are there (R18)."""


# Files


class FileTooBig(Refusal):
    """A file of more than so many megabytes."""

    megabytes: int


class FileGone(Refusal):
    """Telegram cannot give the file any more."""


class FileUnreadable(Refusal):
    """Not a table that may be read; `reason` says why (T21)."""

    reason: FileFlaw


class ColumnsMissing(Refusal):
    """The table has no columns with these headers."""

    columns: list[str]


class ColumnsTwice(Refusal):
    """The table has more than one column with each of these headers."""

    columns: list[str]


class TooManyRows(Refusal):
    """More than `max` rows in one table."""

    max: int


class ListTooLong(Refusal):
    """A list of more than `max` rows is not given away as a file; filters make it shorter."""

    max: int


class TableEmpty(Refusal):
    """Nothing stands below the headers."""


class LinesUnreadable(Refusal):
    """No line of it names somebody: cells parted by commas, semicolons or tabs are wanted, one person a line."""


class LookUpsPaused(Refusal):
    """`max` look-ups in a short time found nobody: nothing is looked for until `until` (T20)."""

    until: datetime
    max: int


# Account requests


class RequestDecided(Refusal):
    """Somebody decided already, and the first decision stands (R14): who, what and when."""

    state: RequestState
    by: str
    at: datetime


class OwnRequest(Refusal):
    """Nobody decides on what they asked for, or on what is asked for them (R14)."""


class PersonAsked(Refusal):
    """The unit has asked for this very person already, at that time; that request waits."""

    at: datetime


class PhoneInUse(Refusal):
    """An account in one's scope has that number: perhaps the person's. One may go on all the same."""

    username: str


class PhoneAsked(Refusal):
    """Another person with that number was asked for at that time, and waits. One may go on all the same."""

    at: datetime


class ReasonInvalid(Refusal):
    """Not a reason: words are wanted, of at most `max` characters."""

    max: int


# Effects


class EffectVoided(Refusal):
    """The caller gave this Idempotency-Key up before the request came."""


class EffectDiffers(Refusal):
    """This Idempotency-Key was used for another request."""


class EffectForeign(Refusal):
    """This Idempotency-Key is somebody else's."""


class Busy(Refusal):
    """The service cannot decide right now, so nothing was done (T39); try again in `seconds`."""

    seconds: int
