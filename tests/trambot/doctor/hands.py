"""What a test of the doctor holds in its hands: an installation's database, its Valkey, and what was found."""

import base64
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg.sql import SQL, Identifier

from models.sealing import Keys
from trambot.doctor.finding import Finding, Findings, Mark
from trambot.doctor.given import Given


def given(**settings: object) -> Given:
    """What an installation has in its environment, these settings alone."""
    return Given(**{name: str(value) for name, value in settings.items()})  # type: ignore[arg-type]  # as environments


async def found(findings: Findings) -> dict[str, Finding]:
    """The findings by their checks' names."""
    return {finding.check: finding async for finding in findings}


def wrongs(found: dict[str, Finding]) -> set[str]:
    """The names of the checks that found something wrong; each says what to do."""
    wrong = {name: finding for name, finding in found.items() if finding.mark is Mark.WRONG}
    assert all(finding.do for finding in wrong.values())
    return set(wrong)


def random_looking(seed: int) -> bytes:
    """32 bytes that look as random ones do, the same for the same seed."""
    return bytes((seed * 131 + place * place * 7 + place * 89) % 251 for place in range(32))


def base64_of(key: bytes) -> str:
    return base64.b64encode(key).decode()


SEALING, DIGEST, JOURNAL = random_looking(1), random_looking(2), random_looking(3)
KEYS = Keys(1, {1: SEALING}, DIGEST)
API_KEYS = {"sealing_keys": f'{{"1": "{base64_of(SEALING)}"}}', "digest_key": base64_of(DIGEST)}


@dataclass(frozen=True)
class House:
    """A migrated database whose API has a role that no other database knows; so both can be spoilt."""

    owner_url: str
    api_url: str
    superuser_url: str
    role: str

    def spoil(self, statement: LiteralString, **names: str) -> None:
        """Run a statement as a superuser; `{role}` and `{database}` are this house's."""
        with psycopg.connect(self.superuser_url, autocommit=True) as link:
            known = {"role": self.role, "database": link.info.dbname, **names}
            link.execute(SQL(statement).format(**{name: Identifier(value) for name, value in known.items()}))

    def rows(self, query: LiteralString) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.superuser_url) as link:
            return link.execute(query).fetchall()
