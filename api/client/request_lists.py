"""One's own list of people to be asked for (R13)."""

from api.client.files import FileMade, FileSent
from api.client.wire import Wire
from api.schemas.request_lists import ListedRows, ListSent, PastedLines, RequestListSeen, RowChange


class RequestLists(Wire):
    """One's own list of people to be asked for (R13)."""

    async def request_list(self) -> RequestListSeen:
        return await self._ask("GET", "request-list", RequestListSeen)

    async def put_lines(self, lines: PastedLines) -> RequestListSeen:
        return await self._ask("POST", "request-list/lines", RequestListSeen, lines)

    async def people_template(self) -> FileMade:
        return await self._download("request-list/template")

    async def read_list(self, file: FileSent) -> RequestListSeen:
        return await self._upload("POST", "request-list/file", RequestListSeen, file)

    async def marked_people(self) -> FileMade:
        """The rows that cannot be sent as they are, marked."""
        return await self._download("request-list/marked")

    async def rows_to_fix(self, after: int = 0) -> ListedRows:
        return await self._ask("GET", f"request-list/rows?after={after}", ListedRows)

    async def change_row(self, number: int, change: RowChange) -> RequestListSeen:
        return await self._ask("PATCH", f"request-list/rows/{number}", RequestListSeen, change)

    async def take_off(self, number: int) -> RequestListSeen:
        return await self._ask("DELETE", f"request-list/rows/{number}", RequestListSeen)

    async def send_list(self) -> ListSent:
        return await self._ask("POST", "request-list/send", ListSent)

    async def throw_list_away(self) -> RequestListSeen:
        return await self._ask("DELETE", "request-list", RequestListSeen)
