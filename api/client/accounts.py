"""Accounts, for those who manage them (R7-R12)."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from pydantic import SecretStr

from api.client.files import FileMade
from api.client.wire import Wire
from api.schemas.accounts import (
    AccountEdit,
    AccountsCounted,
    AccountSeen,
    AccountsExported,
    AccountsPage,
    AttemptsPage,
    HandedOver,
    NewAccount,
    NewPhone,
    NewStatus,
    PasswordPrepared,
    PasswordToPrepare,
    PhoneRebound,
    PreparedPasswordToUse,
    Successor,
)
from api.schemas.own_account import (
    SessionsEnded,
)
from models.roles import Level
from models.words import AccountStatus


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


class Accounts(Wire):
    """Accounts, for those who manage them (R7-R12)."""

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

    async def enable_otp(self, account: int) -> AccountSeen:
        return await self._ask("POST", f"accounts/{account}/otp/enable", AccountSeen)

    async def freeze_account(self, account: int) -> AccountSeen:
        return await self._ask("POST", f"accounts/{account}/phone/freeze", AccountSeen)

    async def rebind_phone(self, account: int, phone: str) -> PhoneRebound:
        return await self._ask("PUT", f"accounts/{account}/phone", PhoneRebound, NewPhone(phone=phone))

    async def hand_over(self, account: int, to: int) -> HandedOver:
        return await self._ask("POST", f"accounts/{account}/hand-over", HandedOver, Successor(to=to))
