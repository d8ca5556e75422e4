"""The keys: whether they are whole and random, differ from each other, and open what the database holds."""

import json
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterator
from itertools import pairwise

from pydantic import SecretStr

from models import seals
from models.migrations.grants import GRANTS, NOTHING
from models.sealing import KEY_BYTES, Keys, SealBroken
from models.tables import METADATA
from trambot.doctor.connection import FAULTS, Link, connected, state_of
from trambot.doctor.finding import Finding, Findings, Trouble, good, listed, unknown, wrong
from trambot.doctor.given import Given, named

FEWEST_BYTES = 16
"""Different ones among 32 random bytes: there are fewer once in 10^10 keys."""
FEWEST_LETTERS = 8
"""Different ones among 32 random hexadecimal digits: there are fewer once in 10^7 secrets."""
MADE_UP = re.compile(r"(?i)(?<![a-z])(tests?|demo|example|sample|secret|password|change-?me|trambot|dummy)(?![a-z])")
SAMPLE = 10_000
"""Rows of each table whose key number is looked at, and …"""
OPENED = 5
"""… accounts whose name and number are opened, and closed again unseen."""
A_KEY = f"a key is {KEY_BYTES} random bytes in base64"
MAKE_ONE = 'For a key: python3 -c "import base64, os; print(base64.b64encode(os.urandom(32)).decode())"'
MAKE_A_WORD = 'For another secret: python3 -c "import secrets; print(secrets.token_hex(24))"'
OLD_KEYS = "Put the keys of before back, from wherever they are kept safe; without them these data are lost."
TRY = "doctor.try"


class NotSet(Exception):
    """The key is not given here."""


async def examine(given: Given) -> Findings:
    """Look at the keys by themselves, then at what they open."""
    keys: Keys | None = None
    if given.sealing_keys is None and given.digest_key is None:
        yield unknown("sealing", "The data keys are the API's, which is not set up here.")
    else:
        finding, keys = whole(given)
        yield finding
    yield journal(given)
    if any(_everything(given)):
        yield differ(given)
        yield random(given)
    if keys is not None:
        yield opens_and_closes(keys)
        for finding in await against_the_database(given, keys):
            yield finding


def whole(given: Given) -> tuple[Finding, Keys | None]:
    """Every data key well-formed, and the current one among them."""
    try:
        sealing = _sealing_keys(given)
    except (ValueError, NotSet) as fault:
        return wrong("sealing", _not_whole("sealing_keys", fault), SHAPE), None
    try:
        digesting = _bytes(given.digest_key)
    except (ValueError, NotSet) as fault:
        return wrong("sealing", _not_whole("digest_key", fault), SHAPE), None
    numbers = ", ".join(map(str, sorted(sealing)))
    current = given.sealing_key.strip()
    if not (current.isdecimal() and int(current) in sealing):
        text = f"{named('sealing_key')} is the number of none of the sealing keys, which are {numbers}."
        return wrong("sealing", text, f"Correct it, or add that key to {named('sealing_keys')}."), None
    says = f"The data keys are well-formed: sealing keys {numbers}, number {current} seals."
    return good("sealing", says), Keys(int(current), sealing, digesting)


def _not_whole(name: str, fault: Exception) -> str:
    return f"{named(name)} is {'missing' if isinstance(fault, NotSet) else 'malformed'}."


SHAPE = f'{named("sealing_keys")} is like {{"1": "…"}}, numbers 0 to 255; {A_KEY}. {MAKE_ONE}'


def journal(given: Given) -> Finding:
    """The bot's own key."""
    if given.journal_key is None:
        return unknown("journal", "The journal's key is the bot's, which is not set up here.")
    try:
        _bytes(given.journal_key)
    except ValueError:
        return wrong("journal", f"{named('journal_key')} is malformed: {A_KEY}.", MAKE_ONE)
    return good("journal", "The journal's key is well-formed.")


def differ(given: Given) -> Finding:
    """Whoever gets one must not have got another: the bot must not hold a key of the data."""
    names: dict[bytes | str, list[str]] = {}
    for name, secret in _everything(given):
        names.setdefault(secret, []).append(name)
    if same := [" and ".join(each) for each in names.values() if len(each) > 1]:
        return wrong("differ", f"The same secret serves twice: {listed(same)}.", ANOTHER)
    return good("differ", f"No key or secret given here serves twice (there are {len(names)}).")


ANOTHER = f"Change one of them, but no data key that is in use. {MAKE_ONE} {MAKE_A_WORD}"


def random(given: Given) -> Finding:
    """None is from an example, a test, or somebody's head."""
    if guessable := [name for name, secret in _everything(given) if _is_guessable(secret)]:
        return wrong("random", f"Not random, so perhaps to be guessed: {listed(guessable)}.", ROTATE)
    return good("random", "The keys and secrets given here look random.")


ROTATE = f"Add a sealing key under a new number, keep the old one for what it has sealed. {MAKE_ONE} {MAKE_A_WORD}"


def opens_and_closes(keys: Keys) -> Finding:
    """What is sealed opens, and opens nowhere else (T26)."""
    sealed = keys.seal("canary", TRY, 1)
    try:
        is_whole = keys.opened(sealed, TRY, 1) == "canary"
        keys.opened(sealed, TRY, 2)
    except SealBroken:
        return good("seal", "What is sealed for one place opens there and nowhere else.")
    return wrong("seal", f"A seal {'opens elsewhere too' if is_whole else 'gives something else back'}.", "Reinstall.")


async def against_the_database(given: Given, keys: Keys) -> list[Finding]:
    """Whether these keys open what lies in the database; needs the API's role."""
    nothing = "Whether the keys open what the database holds is not known."
    if given.database_url is None:
        return [unknown("in_use", f"{nothing} TRAMBOT_DATABASE_URL is not given here.")]
    try:
        async with connected(given.database_url, "database_url") as link:
            return [await in_use(link, keys), await opens_accounts(link, keys)]
    except Trouble as trouble:
        return [trouble.not_told("in_use", nothing)]
    except FAULTS as fault:
        return [unknown("in_use", f"{nothing} PostgreSQL gave no answer (SQLSTATE {state_of(fault)}).")]


async def in_use(link: Link, keys: Keys) -> Finding:
    """The first byte of a sealed value is its key's number."""
    used = {number for column in _sealed_columns() for number in await _numbers(link, *column)}
    for hidden in ("SELECT key_numbers($1)", "SELECT subject_key_numbers($1)"):  # of rows that the walls hide
        used |= {row[0] for row in await link.fetch(hidden, SAMPLE)}
    if lost := sorted(used - set(keys.sealing)):
        numbers = ", ".join(map(str, lost))
        return wrong("in_use", f"The database holds what keys {numbers} have sealed, which are not given.", OLD_KEYS)
    numbers = ", ".join(map(str, sorted(used))) or "none yet"
    return good("in_use", f"Every key that is in use in the database ({numbers}) is given.")


async def opens_accounts(link: Link, keys: Keys) -> Finding:
    """A key may have the right number and be another: try some accounts, the newest, and show nothing of them."""
    rows = await link.fetch(NEWEST, OPENED)
    if not rows:
        return good("accounts", "There is no account yet whose name the keys would have to open.")
    for account, name, phone, phone_key in rows:
        try:
            if name:
                keys.opened(name, seals.ACCOUNT_FULL_NAME, account)
            number = phone and keys.opened(phone, seals.ACCOUNT_PHONE, account)
        except SealBroken:
            return wrong("accounts", "The keys do not open the names of the accounts in the database.", OLD_KEYS)
        if number and keys.digest(seals.PHONE_KEY, number) != phone_key:
            return wrong("accounts", f"{named('digest_key')} is not the one of this database.", OLD_KEYS)
    return good("accounts", f"The keys open the newest accounts in the database ({len(rows)} were tried).")


NEWEST = "SELECT * FROM newest_seals($1)"


async def _numbers(link: Link, table: str, column: str) -> set[int]:
    # Names of our own tables, from the models.
    query = (
        f"SELECT DISTINCT get_byte({column}, 0) FROM (SELECT {column} FROM {table} WHERE {column} <> '' LIMIT {SAMPLE})"  # noqa: S608
    )
    return {int(row[0]) for row in await link.fetch(query)}


def _sealed_columns() -> list[tuple[str, str]]:
    return [
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.columns
        if column.name.endswith("_sealed") and GRANTS[table.name] != NOTHING
    ]


def _sealing_keys(given: Given) -> dict[int, bytes]:
    """Raises ValueError, NotSet."""
    if given.sealing_keys is None:
        raise NotSet
    written = json.loads(given.sealing_keys.get_secret_value())
    if not (isinstance(written, dict) and written):
        raise ValueError
    keys = {int(number): _bytes(SecretStr(str(key))) for number, key in written.items()}
    if not all(0 <= number <= 255 for number in keys):
        raise ValueError
    return keys


def _bytes(key: SecretStr | None) -> bytes:
    """Raises ValueError, NotSet."""
    if key is None:
        raise NotSet
    try:
        read = b64decode(key.get_secret_value(), validate=True)
    except NotBase64:
        raise ValueError from None
    if len(read) != KEY_BYTES:
        raise ValueError
    return read


def _everything(given: Given) -> Iterator[tuple[str, bytes | str]]:
    """Each key and secret that is given and well-formed, by its name."""
    try:
        for number, key in _sealing_keys(given).items():
            yield f"{named('sealing_keys')} {number}", key
    except (ValueError, NotSet):
        """Told of elsewhere."""
    for name in ("digest_key", "journal_key"):
        try:
            yield named(name), _bytes(getattr(given, name))
        except (ValueError, NotSet):
            """Told of elsewhere."""
    for name in ("service_key", "sms_key", "webhook_secret"):
        if secret := getattr(given, name):
            yield named(name), secret.get_secret_value()


def _is_guessable(secret: bytes | str) -> bool:
    if isinstance(secret, str):
        return bool(MADE_UP.search(secret)) or (len(secret) >= KEY_BYTES and len(set(secret)) < FEWEST_LETTERS)
    steps = {(after - before) % 256 for before, after in pairwise(secret)}
    is_text = all(32 <= byte < 127 for byte in secret)
    return len(set(secret)) < FEWEST_BYTES or len(steps) < FEWEST_BYTES // 2 or is_text
