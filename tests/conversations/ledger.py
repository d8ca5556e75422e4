"""An API of the tests' own: books a thing once under each key, and answers or keeps silent as it is told."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, SecretStr

from api.client import Api
from api.client.files import FileMade, FileSent
from api.schemas.effects import EffectFound
from api.schemas.own_account import HelpRow
from models.refusals import EffectDiffers, Refusal


class Booked(BaseModel):
    """What was booked."""

    what: str


@dataclass(frozen=True)
class Ledger(Api):
    """`troubles` are met one after the other: a refusal books nothing; a fault books and loses the answer."""

    booked: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    troubles: list[BaseException] = field(default_factory=list)

    async def book(self, what: str, secret: SecretStr | None = None) -> Booked:
        said = what if secret is None else f"{what}:{secret.get_secret_value()}"
        trouble = self.troubles.pop(0) if self.troubles else None
        if isinstance(trouble, Refusal):
            raise trouble
        if str(self.key) not in self.keys:
            self.keys[str(self.key)] = said
            self.booked.append(said)
        if self.keys[str(self.key)] != said:
            raise EffectDiffers
        if trouble:
            raise trouble
        return Booked(what=what)

    async def book_file(self, file: FileSent) -> Booked:
        assert self.fetch is not None
        await self.book((await self.fetch(file.id)).decode())
        return Booked(what="a file")

    async def printed(self, title: str) -> FileMade:
        if self.troubles:
            raise self.troubles.pop(0)
        return FileMade(f"{title}.csv", "\n".join(self.booked).encode())

    async def count(self) -> int:
        return len(self.booked)

    async def help(self) -> list[HelpRow]:
        return []

    async def void_effect(self, key: str) -> EffectFound:
        if key in self.keys:
            what = self.keys[key].partition(":")[0]
            return EffectFound(state="done", status=200, answer=Booked(what=what).model_dump_json())
        self.voided.add(key)
        return EffectFound(state="void")


BOOK: Any = Ledger.book
BOOK_FILE: Any = Ledger.book_file
PRINTED: Any = Ledger.printed
COUNT: Any = Ledger.count
"""As talks are given them: their first parameter is the API."""
