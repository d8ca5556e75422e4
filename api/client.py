"""The typed way to call the API; the talks know the service only through it."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from http import HTTPStatus
from io import BytesIO
from typing import Any, TypeVar, cast
from urllib.parse import quote, unquote, urlencode
from uuid import UUID

import aiohttp
from pydantic import BaseModel, SecretStr, TypeAdapter
from pydantic_core import to_json

from api.schemas import (
    AccountEdit,
    AccountsCounted,
    AccountSeen,
    AccountsExported,
    AccountsPage,
    Activated,
    ActivationCode,
    ActivationOpened,
    ActivationSent,
    Approval,
    AreaSeen,
    AttemptsPage,
    CaptchaAnswer,
    CaptchaMade,
    CaptchaSolved,
    ContactOfUnit,
    ContactSeen,
    Credentials,
    CurrentPassword,
    DeliveriesNoted,
    DeliveriesReported,
    DeliveriesWanted,
    DeliveryClaimed,
    DeliveryReport,
    EffectFound,
    FirstPassword,
    FirstPhone,
    HandedOver,
    HelpRow,
    HistoryPage,
    Me,
    NewAccount,
    NewContact,
    NewLanguage,
    NewPassword,
    NewPhone,
    NewStatus,
    NewUnit,
    NotMeReported,
    OtpAnswer,
    OtpProven,
    OtpSent,
    PasswordChanged,
    PasswordPrepared,
    PasswordProven,
    PasswordToPrepare,
    PersonWanted,
    PhoneRebound,
    PreparedPasswordToUse,
    Rejection,
    Request,
    RequestApproved,
    RequestEnded,
    RequestsCounted,
    RequestSeen,
    RequestSent,
    RequestsPage,
    SessionOpened,
    SessionRow,
    SessionsEnded,
    SignInStarted,
    SubjectRow,
    SubjectsAsked,
    SubjectSeen,
    SubjectWanted,
    Successor,
    UnitCard,
    UnitChange,
    UnitChoice,
    UnitsCounted,
    UnitsImported,
    UnitsPage,
    Workplace,
)
from models.refusals import FileGone, Refusal
from models.roles import Level
from models.words import AccountStatus, ContactKind, Language, RequestState, UnitKind

UNANSWERED = {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
"""Statuses of an answer from before the service, or of one that does not know what became of it."""
PATIENCE = 2.5
"""Seconds the API gets to answer: a turn of the chat must end within three."""

LEAST_PATIENCE = 0.05
"""Seconds; none at all would mean for ever."""

A = TypeVar("A")


class ApiFault(Exception):
    """The API did not answer as it should; no rule said no. What was asked may or may not have been done."""


class ApiSilent(ApiFault):
    """No answer in time, or none that says what became of it, or the connection broke."""


class ApiBroken(ApiFault):
    """The API met an error of its own and gave it `reference`."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


@dataclass(frozen=True)
class AccountFilter:
    """Which accounts a list is to have (R7); None leaves a field open. An area is its scheme and code."""

    username: str | None = None
    email: str | None = None
    api_permission: bool | None = None
    level: Level | None = None
    area: tuple[int, str] | None = None
    unit: int | None = None

    def query(self, **more: str | None) -> str:
        """It as the API's query."""
        given: dict[str, object] = {name: value for name, value in vars(self).items() if name != "area"}
        if self.area:
            given["scheme"], given["area"] = self.area
        if self.api_permission is not None:
            given["api_permission"] = "true" if self.api_permission else "false"
        return urlencode({name: value for name, value in (given | more).items() if value is not None})


@dataclass(frozen=True)
class UnitFilter:
    """Which units a list is to have; None leaves a field open. An area is its scheme and code."""

    name: str | None = None
    kind: UnitKind | None = None
    is_open: bool | None = None
    area: tuple[int, str] | None = None

    def query(self, **more: object) -> str:
        """It as the API's query."""
        given: dict[str, object] = {"name": self.name, "kind": self.kind}
        if self.area:
            given["scheme"], given["area"] = self.area
        if self.is_open is not None:
            given["is_open"] = "true" if self.is_open else "false"
        return urlencode({name: value for name, value in (given | more).items() if value is not None})


@dataclass(frozen=True)
class FileSent:
    """A file that somebody sent in the chat: how Telegram knows it, its name, and how many bytes it has."""

    id: str
    name: str
    size: int


@dataclass(frozen=True)
class FileMade:
    """A file that the API made."""

    name: str
    content: bytes


Fetch = Callable[[str], Awaitable[bytes]]
"""Gets the bytes of a file that was sent in a chat, by its id. Raises FileGone, FileTooBig, or an ApiFault."""


@dataclass(frozen=True)
class Api:
    """The API as one caller sees it: a chat, and who is signed in there.

    Every method raises a `Refusal` when a rule says no, and an `ApiFault` when there is no proper answer.
    """

    http: aiohttp.ClientSession
    url: str
    service_key: str | None = None
    chat: int | None = None
    token: str | None = None
    language: str = "vi"
    key: str | None = None
    patience: float = PATIENCE
    fetch: Fetch | None = None

    def by(self, *, chat: int, token: str | None, language: str, fetch: Fetch | None = None) -> "Api":
        """The same API as that chat and session see it; `fetch` gets what was sent there."""
        return replace(self, chat=chat, token=token, language=language, fetch=fetch)

    def within(self, seconds: float) -> "Api":
        """The same API, given so many seconds to answer, and never more than it has patience for."""
        return replace(self, patience=min(self.patience, seconds))

    def under(self, key: str) -> "Api":
        """The same API for one effect, done at most once under that Idempotency-Key."""
        return replace(self, key=key)

    # Signing in

    async def make_captcha(self) -> CaptchaMade:
        return await self._ask("POST", "captchas", CaptchaMade)

    async def captcha_picture(self, captcha: UUID) -> bytes:
        """The captcha's picture, PNG."""
        return await self._send("GET", f"captchas/{captcha}/picture", None, self.token)

    async def solve_captcha(self, captcha: UUID, answer: SecretStr) -> CaptchaSolved:
        body = CaptchaAnswer(answer=answer)
        return await self._ask("POST", f"captchas/{captcha}/answer", CaptchaSolved, body)

    async def start_sign_in(self, username: str, password: SecretStr, captcha: UUID | None = None) -> SignInStarted:
        credentials = Credentials(username=username, password=password, captcha=captcha)
        return await self._ask("POST", "sign-ins", SignInStarted, credentials)

    async def give_phone(self, sign_in: UUID, token: str, phone: str, captcha: UUID) -> OtpSent:
        body = FirstPhone(phone=phone, captcha=captcha)
        return await self._ask("POST", f"sign-ins/{sign_in}/phone", OtpSent, body, token)

    async def resend_otp(self, sign_in: UUID, token: str) -> OtpSent:
        return await self._ask("POST", f"sign-ins/{sign_in}/otp/resend", OtpSent, None, token)

    async def confirm_otp(self, sign_in: UUID, token: str, code: SecretStr) -> SessionOpened:
        return await self._ask("POST", f"sign-ins/{sign_in}/otp", SessionOpened, OtpAnswer(code=code), token)

    async def open_activation(self, username: str, code: SecretStr, captcha: UUID | None = None) -> ActivationOpened:
        body = ActivationCode(username=username, code=code, captcha=captcha)
        return await self._ask("POST", "activations", ActivationOpened, body)

    async def choose_password(self, activation: UUID, token: str, username: str, new: SecretStr) -> Activated:
        body = FirstPassword(username=username, password=new)
        return await self._ask("PUT", f"activations/{activation}/password", Activated, body, token)

    # Signed in

    async def me(self) -> Me:
        return await self._ask("GET", "me", Me)

    async def speak(self, language: Language) -> Me:
        return await self._ask("PUT", "me/language", Me, NewLanguage(language=language))

    async def prove_password(self, current: SecretStr) -> PasswordProven:
        return await self._ask("POST", "me/password/proof", PasswordProven, CurrentPassword(current=current))

    async def change_password(self, new: SecretStr) -> PasswordChanged:
        return await self._ask("PUT", "me/password", PasswordChanged, NewPassword(new=new))

    async def help(self) -> list[HelpRow]:
        return await self._ask("GET", "me/help", list[HelpRow])

    async def login_history(self, after: str | None = None) -> HistoryPage:
        return await self._ask("GET", "me/login-history" + (f"?after={after}" if after else ""), HistoryPage)

    async def not_me(self, row: UUID) -> NotMeReported:
        return await self._ask("POST", f"me/login-history/{row}/not-me", NotMeReported)

    async def sessions(self) -> list[SessionRow]:
        return await self._ask("GET", "sessions", list[SessionRow])

    async def end_session(self, session: UUID) -> SessionsEnded:
        return await self._ask("DELETE", f"sessions/{session}", SessionsEnded)

    async def send_otp(self) -> OtpSent:
        return await self._ask("POST", "sessions/current/otp", OtpSent)

    async def prove_otp(self, code: SecretStr) -> OtpProven:
        return await self._ask("POST", "sessions/current/otp/answer", OtpProven, OtpAnswer(code=code))

    async def sign_out(self) -> SessionsEnded:
        return await self._ask("DELETE", "sessions/current", SessionsEnded)

    # Managing accounts

    async def accounts(self, wanted: AccountFilter, after: str | None = None) -> AccountsPage:
        return await self._ask("GET", f"accounts?{wanted.query(after=after)}", AccountsPage)

    async def count_accounts(self, wanted: AccountFilter) -> AccountsCounted:
        return await self._ask("GET", f"accounts/count?{wanted.query()}", AccountsCounted)

    async def attempts(self, after: str | None = None) -> AttemptsPage:
        return await self._ask("GET", "accounts/login-history" + (f"?after={after}" if after else ""), AttemptsPage)

    async def attempts_on(self, account: int, after: str | None = None) -> AttemptsPage:
        query = f"?after={after}" if after else ""
        return await self._ask("GET", f"accounts/{account}/login-history{query}", AttemptsPage)

    async def export_accounts(self, wanted: AccountFilter) -> AccountsExported:
        return await self._ask("POST", f"accounts/exports?{wanted.query()}", AccountsExported)

    async def exported_accounts(self, export: UUID) -> FileMade:
        """The workbook, .xlsx."""
        return await self._download(f"accounts/exports/{export}/file")

    async def account(self, account: int) -> AccountSeen:
        return await self._ask("GET", f"accounts/{account}", AccountSeen)

    async def prepare_password(self, username: str, password: SecretStr) -> PasswordPrepared:
        body = PasswordToPrepare(username=username, password=password)
        return await self._ask("POST", "accounts/passwords", PasswordPrepared, body)

    async def add_account(self, new: NewAccount) -> AccountSeen:
        return await self._ask("POST", "accounts", AccountSeen, new)

    async def account_version(self, account: int) -> str:
        """The account's version as it is now, and nothing else about it, so that a journal may keep it."""
        return (await self.account(account)).version

    async def edit_account(self, account: int, edit: AccountEdit) -> AccountSeen:
        return await self._ask("PATCH", f"accounts/{account}", AccountSeen, edit)

    async def set_account_status(self, account: int, status: AccountStatus) -> AccountSeen:
        return await self._ask("PUT", f"accounts/{account}/status", AccountSeen, NewStatus(status=status))

    async def delete_account(self, account: int) -> AccountSeen:
        return await self._ask("DELETE", f"accounts/{account}", AccountSeen)

    async def end_their_sessions(self, account: int) -> SessionsEnded:
        return await self._ask("DELETE", f"accounts/{account}/sessions", SessionsEnded)

    async def reset_password(self, account: int, prepared: UUID) -> AccountSeen:
        body = PreparedPasswordToUse(password=prepared)
        return await self._ask("PUT", f"accounts/{account}/password", AccountSeen, body)

    async def send_activation(self, account: int) -> ActivationSent:
        return await self._ask("POST", f"accounts/{account}/activation", ActivationSent)

    async def enable_otp(self, account: int) -> AccountSeen:
        return await self._ask("POST", f"accounts/{account}/otp/enable", AccountSeen)

    async def freeze_account(self, account: int) -> AccountSeen:
        return await self._ask("POST", f"accounts/{account}/phone/freeze", AccountSeen)

    async def rebind_phone(self, account: int, phone: str) -> PhoneRebound:
        return await self._ask("PUT", f"accounts/{account}/phone", PhoneRebound, NewPhone(phone=phone))

    async def hand_over(self, account: int, to: int) -> HandedOver:
        return await self._ask("POST", f"accounts/{account}/hand-over", HandedOver, Successor(to=to))

    # Account requests

    async def ask_for_account(self, wanted: PersonWanted) -> RequestSent:
        return await self._ask("POST", "account-requests", RequestSent, wanted)

    async def account_requests(self, state: RequestState | None = None, after: str | None = None) -> RequestsPage:
        query = urlencode({name: value for name, value in (("state", state), ("after", after)) if value is not None})
        return await self._ask("GET", f"account-requests?{query}", RequestsPage)

    async def count_account_requests(self, state: RequestState | None = None) -> RequestsCounted:
        return await self._ask("GET", "account-requests/count" + (f"?state={state}" if state else ""), RequestsCounted)

    async def account_request(self, request: UUID) -> RequestSeen:
        return await self._ask("GET", f"account-requests/{request}", RequestSeen)

    async def withdraw_request(self, request: UUID) -> RequestEnded:
        return await self._ask("DELETE", f"account-requests/{request}", RequestEnded)

    async def approve_request(self, request: UUID, approval: Approval) -> RequestApproved:
        return await self._ask("POST", f"account-requests/{request}/approval", RequestApproved, approval)

    async def reject_request(self, request: UUID, rejection: Rejection) -> RequestEnded:
        return await self._ask("POST", f"account-requests/{request}/rejection", RequestEnded, rejection)

    # Areas

    async def workplace(self) -> Workplace:
        return await self._ask("GET", "areas/mine", Workplace)

    async def areas_in(self, scheme: int, code: str) -> list[AreaSeen]:
        return await self._ask("GET", f"areas/{scheme}/{quote(code, safe='')}/parts", list[AreaSeen])

    async def units_in(self, scheme: int, code: str) -> list[UnitChoice]:
        return await self._ask("GET", f"areas/{scheme}/{quote(code, safe='')}/units", list[UnitChoice])

    # Managing units

    async def units(self, wanted: UnitFilter, after: int | None = None) -> UnitsPage:
        return await self._ask("GET", f"units?{wanted.query(after=after)}", UnitsPage)

    async def count_units(self, wanted: UnitFilter) -> UnitsCounted:
        return await self._ask("GET", f"units/count?{wanted.query()}", UnitsCounted)

    async def unit(self, unit: int) -> UnitCard:
        return await self._ask("GET", f"units/{unit}", UnitCard)

    async def add_unit(self, new: NewUnit) -> UnitCard:
        return await self._ask("POST", "units", UnitCard, new)

    async def edit_unit(self, unit: int, change: UnitChange) -> UnitCard:
        return await self._ask("PATCH", f"units/{unit}", UnitCard, change)

    async def close_unit(self, unit: int) -> UnitCard:
        return await self._ask("POST", f"units/{unit}/close", UnitCard)

    async def units_template(self) -> FileMade:
        return await self._download("units/import/template")

    async def import_units(self, file: FileSent) -> UnitsImported:
        return await self._upload("POST", "units/import", UnitsImported, file)

    async def marked_units(self, file: FileSent) -> FileMade:
        """The rows of such a file that are wrong, marked; nothing is made."""
        return _file_of(*await self._hand_on("POST", "units/import/check", file))

    async def contacts(self, unit: int) -> list[ContactOfUnit]:
        return await self._ask("GET", f"units/{unit}/contacts", list[ContactOfUnit])

    async def change_contact(self, unit: int, kind: ContactKind, new: NewContact) -> ContactSeen:
        return await self._ask("PUT", f"units/{unit}/contacts/{kind}", ContactSeen, new)

    async def reopen_unit(self, unit: int) -> UnitCard:
        return await self._ask("POST", f"units/{unit}/reopen", UnitCard)

    # Subjects

    async def look_up(self, full_name: str, number: str) -> SubjectsAsked:
        return await self._ask(
            "POST", "subjects/search", SubjectsAsked, SubjectWanted(full_name=full_name, number=number)
        )

    async def found_subjects(self, look_up: UUID) -> list[SubjectRow]:
        return await self._ask("GET", f"subjects/search/{look_up}", list[SubjectRow])

    async def subject(self, look_up: UUID, subject: int) -> SubjectSeen:
        return await self._ask("GET", f"subjects/search/{look_up}/{subject}", SubjectSeen)

    # Effects and deliveries

    async def effect(self, key: str) -> EffectFound:
        """What became of an effect of this chat's."""
        return await self._ask("GET", f"effects/{quote(key, safe='')}", EffectFound)

    async def void_effect(self, key: str) -> EffectFound:
        """Give a key up: if nothing was done under it yet, nothing ever will be. The answer is what holds now."""
        return await self._ask("DELETE", f"effects/{quote(key, safe='')}", EffectFound)

    async def claim_deliveries(self, most: int) -> list[DeliveryClaimed]:
        return await self._ask("POST", "deliveries/claim", list[DeliveryClaimed], DeliveriesWanted(most=most))

    async def report_deliveries(self, reports: list[DeliveryReport]) -> DeliveriesNoted:
        return await self._ask("POST", "deliveries/reports", DeliveriesNoted, DeliveriesReported(reports=reports))

    # On the wire

    async def _ask(
        self, method: str, path: str, answer: type[A], body: Request | None = None, token: str | None = None
    ) -> A:
        content = await self._send(method, path, body, token or self.token)
        read: A = _reader_of(cast("Any", answer)).validate_json(content)
        return read

    async def _upload(self, method: str, path: str, answer: type[A], file: FileSent) -> A:
        """Hand the file on, as `_hand_on` does."""
        _, content = await self._hand_on(method, path, file)
        read: A = _reader_of(cast("Any", answer)).validate_json(content)
        return read

    async def _hand_on(self, method: str, path: str, file: FileSent) -> tuple[Mapping[str, str], bytes]:
        """Get the file from where it was sent to, and hand it on in what is left of the time.

        Raises:
            FileGone, FileTooBig: it cannot be had; nothing was asked of the API.
        """
        began = time.monotonic()
        if self.fetch is None:
            raise FileGone
        content = await self.fetch(file.id)
        left = self.within(max(self.patience - (time.monotonic() - began), LEAST_PATIENCE))
        return await left._exchange(method, path, content, self.token)

    async def _download(self, path: str) -> FileMade:
        """A file that the API makes."""
        return _file_of(*await self._exchange("GET", path, None, self.token))

    async def _send(self, method: str, path: str, body: Request | bytes | None, token: str | None) -> bytes:
        return (await self._exchange(method, path, body, token))[1]

    async def _exchange(
        self, method: str, path: str, body: Request | bytes | None, token: str | None
    ) -> tuple[Mapping[str, str], bytes]:
        """A request and its answer's headers and body; bytes are sent as they are, anything else as JSON."""
        timeout = aiohttp.ClientTimeout(total=self.patience)
        is_file = isinstance(body, bytes)
        data = BytesIO(body) if isinstance(body, bytes) else body and _with_secrets(body)
        headers = self._headers(token, "application/octet-stream" if is_file else "application/json")
        try:
            async with self.http.request(
                method, f"{self.url}/v1/{path}", data=data, headers=headers, timeout=timeout
            ) as response:
                content = await response.read()
        except (TimeoutError, aiohttp.ClientError) as silence:
            raise ApiSilent(type(silence).__name__) from None
        if response.status in UNANSWERED:
            raise ApiSilent(str(response.status))
        if response.status >= 400:
            raise said_no(content)
        return response.headers, content

    def _headers(self, token: str | None, kind: str) -> dict[str, str]:
        headers = {"Accept-Language": self.language, "Content-Type": kind}
        optional = {
            "X-Service-Key": self.service_key,
            "X-Chat-Id": self.chat,
            "Authorization": token and f"Bearer {token}",
            "Idempotency-Key": self.key,
        }
        return headers | {name: str(value) for name, value in optional.items() if value is not None}


def _file_of(headers: Mapping[str, str], content: bytes) -> FileMade:
    name = headers.get("Content-Disposition", "").partition("filename*=UTF-8''")[2]
    return FileMade(unquote(name), content)


@cache
def _reader_of(answer: Any) -> TypeAdapter[Any]:
    """Reads such answers; made once, for making one takes longer than reading ten."""
    return TypeAdapter(answer)


def _with_secrets(body: BaseModel) -> bytes:
    """The request as JSON, its secrets opened: this is the one place they leave the process."""
    return to_json(_opened(body))


def _opened(value: object) -> object:
    match value:
        case SecretStr():
            return value.get_secret_value()
        case BaseModel():
            return _opened(dict(value))
        case dict():
            return {name: _opened(inner) for name, inner in value.items()}
        case _:
            return value


class Problem(BaseModel):
    """An answer that is not the one hoped for (RFC 9457), with the refusal's facts or the fault's reference."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str | None = None
    facts: dict[str, object] = {}
    reference: str | None = None


def said_no(content: bytes) -> Exception:
    """The refusal or the fault that a problem document tells of; silence if it is none: the service sends no other."""
    try:
        problem = Problem.model_validate_json(content)
    except ValueError:  # a proxy before the service speaks, such as one that finds nobody behind it
        return ApiSilent("no problem document")
    try:
        if problem.code is not None:
            return Refusal.from_facts(problem.code, problem.facts)
    except (ValueError, KeyError):
        return ApiBroken("-")
    return ApiBroken(problem.reference or "-")
