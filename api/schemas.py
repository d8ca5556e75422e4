"""What goes over the wire: the requests and answers of the API, for the service and for its client."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from models.roles import SCHEME_2021, Level, Role
from models.rules import CAPTCHA_LENGTH, OTP_DIGITS, PASSWORD_MAX_LENGTH
from models.words import (
    AccountStatus,
    Attempt,
    Channel,
    ContactKind,
    Gender,
    Language,
    Notice,
    RequestState,
    Right,
    SmsOutcome,
    UnitColumn,
    UnitKind,
    UnitRowFlaw,
)

SHORT_TEXT = 256
"""Characters of a typed line that are looked at at all; what is longer is refused before any work."""

LONGEST_RETRY = 86_400.0
"""Seconds that a delivery is put off at most because Telegram says so."""

MOST_DELIVERIES = 100
"""That a courier takes, or tells of, at once."""

BIGGEST_ID = 2**53 - 1
"""The biggest whole number that every reader of JSON has exactly (RFC 8259, 6); Telegram's ids are smaller still."""

Typed = Annotated[str, Field(max_length=SHORT_TEXT)]


def _is_a_number(given: object) -> object:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise ValueError("not a number")  # noqa: TRY004 - pydantic's way to say it
    return given


WHOLE = BeforeValidator(_is_a_number)
"""For numbers in requests, as JSON means them: `7` and `7.0` are whole ones, `true` and `"7"` are none."""
Id = Annotated[int, Field(ge=1, le=BIGGEST_ID), WHOLE]
Scheme = Annotated[int, Field(ge=1, le=9999, description="The year of a division of the country."), WHOLE]
AreaCode = Annotated[str, Field(max_length=16, pattern=r"^[A-Z0-9]+$", examples=["00658"])]
TypedSecret = Annotated[SecretStr, Field(max_length=2 * PASSWORD_MAX_LENGTH)]


class Request(BaseModel):
    """A request: an unknown field is refused, never ignored (T10)."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """An answer; small, because the bot's journal keeps it."""

    model_config = ConfigDict(frozen=True)


# Signing in


class CaptchaAnswer(Request):
    """What a person read in a captcha's picture; right or wrong, a captcha is answered once (T33)."""

    answer: TypedSecret = Field(
        examples=["K7MQX"], description=f"The {CAPTCHA_LENGTH} signs of the picture, in any case."
    )


class CaptchaMade(Answer):
    """A captcha to be shown: its picture is at `/v1/captchas/{id}/picture`."""

    id: UUID
    expires_at: datetime


class CaptchaSolved(Answer):
    """The answer was right: the captcha opens one door, by its id, until it expires."""

    id: UUID


class Credentials(Request):
    """The first step of a sign-in (R1)."""

    username: Typed = Field(examples=["demo.tramyte"])
    password: TypedSecret = Field(examples=["Lúa chín vàng đồng"])
    captcha: UUID | None = Field(None, description="A solved captcha; only after the refusal CaptchaNeeded.")


class OtpSent(Answer):
    """An OTP is on its way, or failed to be (R4)."""

    phone_hint: str = Field(examples=["09•• ••• 321"])
    sms: SmsOutcome = Field(description="`failed`: surely not sent. `unknown`, `claimed`: it may yet arrive.")
    resend_at: datetime = Field(description="When another one may be asked for.")
    expires_at: datetime = Field(description="When this code stops working.")


class SignInStarted(Answer):
    """The password was right. `token` is the bearer token of this sign-in's next steps, and of nothing else."""

    id: UUID
    token: str
    needs_phone: bool = Field(description="The account has no phone: one is asked for before the OTP (R3).")
    otp: OtpSent | None = Field(description="None while a phone is needed.")


class FirstPhone(Request):
    """The number for an account that has none, with a solved captcha (R3)."""

    phone: Typed = Field(examples=["0912 345 678"])
    captcha: UUID


class OtpAnswer(Request):
    """The code from the SMS; typing it is «Xác nhận OTP» (R4)."""

    code: TypedSecret = Field(examples=["0" * OTP_DIGITS])


class UnitSeen(Answer):
    """A unit as its staff see it."""

    id: int
    name: str
    kind: UnitKind
    level: Level
    area: list[str] = Field(examples=[["Xã Tứ Hiệp", "Huyện Thanh Trì", "Thành phố Hà Nội"]])


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


class SessionOpened(Answer):
    """Signed in. `token` is the bearer token of the session; it is shown this once."""

    id: UUID
    token: str
    expires_at: datetime
    me: Me


# Signed in


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


class AttemptRow(Answer):
    """One attempt to sign in to an account that one manages (R2)."""

    id: UUID
    at: datetime
    account: int
    username: str
    unit: str
    attempt: Attempt
    channel: Channel
    source: str = Field(description="The chat or address it came from, shortened.")


class AttemptsPage(Answer):
    """A page of them, newest first."""

    rows: list[AttemptRow]
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


class ActivationCode(Request):
    """«Kích hoạt tài khoản»: the name and the code from the SMS."""

    username: Typed
    code: TypedSecret
    captcha: UUID | None = None


class ActivationOpened(Answer):
    """The code was right; the token lets one choose the password, until then."""

    id: UUID
    token: str
    username: str
    expires_at: datetime


class FirstPassword(Request):
    """The password that an activation gives."""

    username: Typed
    password: TypedSecret


class Activated(Answer):
    """The account has the password; its person signs in by this name."""

    username: str


class ActivationSent(Answer):
    """A code went to the account's person, or what became of it."""

    phone_hint: str
    sms: SmsOutcome
    expires_at: datetime


# Managing accounts


class AccountRow(Answer):
    """A row of the list of users (R7)."""

    id: int
    username: str
    unit: str
    is_active: bool = Field(description="«Hiệu lực», else «Hết hiệu lực».")
    phone_hint: str | None
    role: Role
    is_yours: bool = Field(description="Whether whoever asks may change it.")


class AccountsPage(Answer):
    """A page of the list, by place and name."""

    rows: list[AccountRow]
    next: str | None = Field(description="Give it as `after` for the next page; None on the last.")


class AccountsCounted(Answer):
    """How many accounts a list has."""

    count: int


class AccountsExported(Answer):
    """A list that was asked for as a workbook: at `/v1/accounts/exports/{id}/file`, for a short while."""

    id: UUID
    count: int


class AccountSeen(Answer):
    """An account as its admin sees it."""

    id: int
    username: str
    full_name: str | None
    phone: str | None
    email: str | None
    role: Role
    unit: UnitSeen
    is_active: bool
    is_frozen: bool
    is_deleted: bool
    otp_is_disabled: bool
    api_permission: bool
    is_yours: bool
    version: str = Field(description="Of what an admin may change; give it back with a change.")


class AccountEdit(Request):
    """What is to be different about an account; what is left out stays (R7)."""

    version: Typed = Field(description="The account's, as it was shown.")
    full_name: Typed | None = Field(None, description="An empty one takes it away.")
    email: Typed | None = Field(None, examples=["tram@tuhiep.vn"], description="An empty one takes it away.")
    unit: Id | None = None
    role: Role | None = None
    api_permission: bool | None = None


class PreparedPasswordToUse(Request):
    """A password for an account that exists; its person must change it at the next sign-in."""

    password: UUID = Field(description="Of a prepared one.")


class NewPhone(Request):
    """The number that an account's person has now."""

    phone: Typed = Field(examples=["0912 345 678"])


class PhoneRebound(Answer):
    """The account has another number."""

    account: AccountSeen
    old_phone_told: SmsOutcome | None = Field(description="Of the SMS to the number before; None if there was none.")


class NewStatus(Request):
    """«Trạng thái» to be."""

    status: AccountStatus


class Successor(Request):
    """Who takes over from somebody who leaves."""

    to: Id


class HandedOver(Answer):
    """The account is closed, and what waited in its name waits in the successor's."""

    account: AccountSeen
    requests: int = Field(description="How many account requests that wait were moved.")


class PasswordToPrepare(Request):
    """A password for somebody else, who must change it at the first sign-in."""

    username: Typed = Field(examples=["demo.moi"])
    password: TypedSecret = Field(examples=["Mạ non xanh rì rào"])


class PasswordPrepared(Answer):
    """The password lies ready, hashed, for one account that is saved before then."""

    id: UUID
    expires_at: datetime


class NewAccount(Request):
    """An account to be made (R8); what it may be depends on who makes it (R9, R10)."""

    username: Typed = Field(examples=["demo.moi"])
    password: UUID = Field(description="Of a prepared one.")
    phone: Typed = Field(examples=["0912 345 678"])
    unit: Id
    role: Role
    is_active: bool = True
    full_name: Typed | None = None
    email: Typed | None = Field(None, examples=["tram@tuhiep.vn"])
    api_permission: bool = False


class AreaSeen(Answer):
    """An area to choose."""

    scheme: int
    code: str
    level: Level
    name: str


class Workplace(Answer):
    """Where one's own scope begins, and which roles may be given at units of each level below (R8, R9)."""

    area: AreaSeen
    around: list[str] = Field(description="The names of the areas that it lies in, the nearest first.")
    roles: dict[Level, list[Role]]
    grants_api: bool


class UnitChoice(Answer):
    """A unit to choose."""

    id: int
    name: str
    level: Level


# Managing units


class UnitRow(Answer):
    """A row of the list of units."""

    id: int
    name: str
    kind: UnitKind
    area: list[str] = Field(description="The names of the areas that it lies in, the nearest first.")
    is_open: bool


class UnitsPage(Answer):
    """A page of the list, by place and name."""

    rows: list[UnitRow]
    next: int | None = Field(description="Give it as `after` for the next page; None on the last.")


class UnitsCounted(Answer):
    """How many units a list has."""

    count: int


# Account requests


class PersonWanted(Request):
    """Somebody for whom a unit asks for an account (R13)."""

    unit: Id
    full_name: Typed = Field(examples=["Trần Thị Mới"])
    gender: Gender
    position: Typed = Field(examples=["Điều dưỡng"])
    phone: Typed = Field(examples=["0912 345 678"])
    email: Typed | None = Field(None, examples=["tram@tuhiep.vn"])
    rights: list[Right] = Field(min_length=1, max_length=len(Right))
    although_known: bool = Field(False, description="After PhoneInUse or PhoneAsked: it is somebody else all the same.")


class RequestRow(Answer):
    """A row of the list of requests."""

    id: UUID
    full_name: str
    unit: str
    asked_at: datetime
    state: RequestState


class RequestsPage(Answer):
    """A page of the list, the newest first; of those that wait, the oldest."""

    rows: list[RequestRow]
    next: str | None = Field(description="Give it as `after` for the next page; None on the last.")


class RequestsCounted(Answer):
    """How many requests a list has."""

    count: int


class UnitCard(Answer):
    """A unit as its keeper sees it."""

    unit: UnitSeen
    scheme: int
    area: str
    is_open: bool
    active_accounts: int


class UnitRowWrong(Answer):
    """What is wrong with a row of a table of units; rows are counted as spreadsheets do."""

    row: int
    column: UnitColumn
    flaw: UnitRowFlaw


class UnitsImported(Answer):
    """What became of the rows of a table of units."""

    made: int
    existing: int = Field(description="Units of that name stand there already.")
    wrong: int
    flaws: list[UnitRowWrong] = Field(description="The first few; all are in `/v1/units/import/check`.")


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


class HelpRow(Answer):
    """Whom to turn to at a unit."""

    unit: str
    kind: ContactKind
    contact: ContactSeen | None = Field(description="None: nobody has entered it yet.")


class NewUnit(Request):
    """A unit to be made; which kinds stand in which areas depends on the area's level."""

    name: Typed = Field(examples=["Bệnh viện Đa khoa huyện Thanh Trì"])
    kind: UnitKind
    scheme: Scheme = SCHEME_2021
    area: AreaCode


class UnitChange(Request):
    """What is to be different about a unit; what is not given stays."""

    name: Typed | None = None
    kind: UnitKind | None = None
    scheme: Scheme = SCHEME_2021
    area: AreaCode | None = None


# Subjects


class SubjectWanted(Request):
    """Whom somebody looks for: a full name and a number, never one of them (R16)."""

    full_name: Typed | None = Field(
        None, examples=["NGUYEN VAN A"], description="In any case, with or without accents."
    )
    number: Typed | None = Field(
        None, examples=["0987 654 321"], description="Of a phone, mobile or landline, or of a CMT, CCCD or passport."
    )


class SubjectsAsked(Answer):
    """The look-up is written down; by its id those found can be read again, for a while."""

    id: UUID
    count: int


class SubjectRow(Answer):
    """One of those found, masked, with what tells them apart (R16)."""

    id: int
    name_hint: str = Field(examples=["N•• V•• A••"])
    birth_year: int
    gender: Gender
    area: list[str] = Field(description="The commune where they live, and what lies around it.")
    is_yours: bool = Field(description="One's own unit keeps the subject.")


class SubjectSeen(Answer):
    """A subject as the work needs it; numbers stay masked."""

    id: int
    version: int
    full_name: str
    birth: str = Field(examples=["1990-02-01"], description="A date, or only the year.")
    gender: Gender
    phone_hints: list[str]
    id_number_hints: list[str]
    guardian: str | None = Field(description="Whose phone it is, if not the subject's own.")
    area: list[str]
    is_yours: bool


class RequestSeen(Answer):
    """A request as its unit's admins and its supervisors see it."""

    id: UUID
    state: RequestState
    unit: UnitSeen
    by: str | None = Field(description="Who asked, by username; None if that account is out of scope.")
    asked_at: datetime
    full_name: str
    gender: Gender
    position: str
    phone: str
    email: str | None
    rights: list[Right]
    role: Role = Field(description="The one that was granted, else the one that the rights propose.")
    username: str | None = Field(description="Of the account that was made; while it waits, the one proposed.")
    decided_by: str | None = Field(description="By username; None if nobody did, or somebody out of scope.")
    decided_at: datetime | None
    reason: str | None
    may_decide: bool = Field(description="Whether whoever asks supervises there, and it is not their own.")
    may_withdraw: bool


class RequestSent(Answer):
    """The request waits for its province's supervisors (R14)."""

    id: UUID
    supervisors_told: int = Field(description="Supervisors with an open chat; 0: none could be reached at once.")


class Approval(Request):
    """Make the account (R14)."""

    role: Role
    username: Typed | None = Field(None, description="None: the proposed one, or the next that is free.")


class Rejection(Request):
    """Make no account, and say why (R14)."""

    reason: Typed = Field(examples=["Người này đã có tài khoản ở đơn vị khác"])


class RequestApproved(Answer):
    """The account is there."""

    id: UUID
    account: int
    username: str
    requesters_told: int


class RequestEnded(Answer):
    """Rejected, or withdrawn."""

    id: UUID
    state: RequestState
    requesters_told: int


# Effects and deliveries


class EffectFound(Answer):
    """What became of an Idempotency-Key of the caller's own."""

    state: Literal["done", "void", "unknown"]
    status: int | None = None
    answer: str | None = Field(None, description="The answer's body as it was sent.")


class DeliveryClaimed(Answer):
    """A message for a chat, leased to the courier that claimed it."""

    id: int
    account_id: int
    chat: int
    language: Language
    notice: Notice
    facts: dict[str, str]
    replaces: int | None = Field(description="The number of the chat's message that it takes the place of.")
    lease_seconds: int = Field(description="From when it was asked for; afterwards it may be somebody else's.")


class DeliveryReport(Request):
    """What became of a delivery."""

    id: Id
    outcome: Literal["delivered", "blocked", "failed", "again"]
    message_id: Id | None = None
    retry_after: Annotated[float, Field(ge=0, le=LONGEST_RETRY, strict=True)] | None = None


class DeliveriesReported(Request):
    """What became of several."""

    reports: Annotated[list[DeliveryReport], Field(min_length=1, max_length=MOST_DELIVERIES)]


class DeliveriesNoted(Answer):
    """How many of them there are."""

    known: int


class DeliveriesWanted(Request):
    """How many deliveries the courier takes at once."""

    most: Annotated[int, Field(ge=1, le=MOST_DELIVERIES), WHOLE] = 20


class Health(Answer):
    """The service and its database answer."""

    status: Literal["ok"]
