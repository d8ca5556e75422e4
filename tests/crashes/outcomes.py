"""What came of a story: what the database says, what was said, and what was sent."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, LiteralString

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from conversations.texts import word
from models.seals import ACCOUNT_PHONE
from tests.crashes.beginnings import NEW_PASSWORD
from tests.crashes.lanes import Dead
from tests.crashes.people import Somebody

FACTS: dict[str, LiteralString] = {
    "accounts": """
        SELECT username, role, is_active, frozen_at IS NULL, deleted_at IS NULL, api_permission, language,
        must_change_password, phone_proof IS NULL, full_name_sealed IS NULL, email_sealed IS NULL
        FROM account ORDER BY username""",
    "sessions": 'SELECT username, "end" FROM session JOIN account ON account_id = account.id ORDER BY opened_at',
    "login history": """
        SELECT username, attempt, channel FROM login_history LEFT JOIN account ON account_id = account.id
        ORDER BY at, written_in, attempt""",
    "sign-ins": """
        SELECT username, needs_phone, ended_at IS NULL FROM sign_in JOIN account ON account_id = account.id
        ORDER BY started_at""",
    "challenges": """
        SELECT username, purpose, is_used FROM otp_challenge JOIN account ON account_id = account.id
        ORDER BY username, expires_at""",
    "guards": """
        SELECT username, failures, streak, locked_until FROM otp_guard JOIN account ON account_id = account.id
        ORDER BY username""",
    "captchas": "SELECT solved, used_at IS NULL FROM captcha ORDER BY made_at",
    "password waits": "SELECT failures FROM password_wait",
    "notices": """
        SELECT username, notice, replace(state, 'superseded', 'delivered')  -- a state of a card is, in a later one
        FROM delivery JOIN account ON account_id = account.id ORDER BY username, notice""",
    "acts": """
        SELECT act, admin.username, account.username, admin_act.unit_id IS NULL, request_id IS NULL
        FROM admin_act JOIN account admin ON by_account_id = admin.id LEFT JOIN account ON account_id = account.id
        ORDER BY at, written_in""",
    "prepared passwords": "SELECT count(*) FROM prepared_password WHERE used_at IS NOT NULL",
    "requests": """
        SELECT state, admin.username, account.username, granted_role
        FROM account_request JOIN account admin ON by_account_id = admin.id LEFT JOIN account ON account_id = account.id
        ORDER BY asked_at""",
    "listed": "SELECT number, state, flaws FROM listed_person ORDER BY number",
    "activations": """
        SELECT username, used_at IS NULL, voided_at IS NULL FROM activation JOIN account ON account_id = account.id
        ORDER BY made_at""",
    "SMS about acts": "SELECT count(*) FROM notice_sms",
    "units": "SELECT count(*), count(*) FILTER (WHERE is_open) FROM unit",
    "units acted on": "SELECT name, kind, is_open FROM unit WHERE id IN (SELECT unit_id FROM admin_act) ORDER BY name",
    "contacts": "SELECT unit_id, kind FROM contact",
    "look-ups": "SELECT DISTINCT kind, is_judged, cardinality(found) FROM look_up ORDER BY 1, 2, 3",  # as disclosures
    "doses": "SELECT number, lot, version FROM dose ORDER BY at, number",
    "plans": "SELECT day, vaccine, lots, expected FROM plan ORDER BY made_at",
    "done to subjects": "SELECT account_id, act, version FROM subject_change ORDER BY at, subject_id, version",
    "disclosures": "SELECT DISTINCT shown FROM disclosure ORDER BY 1",  # what is read again is written down again
}
"""What is compared, of everything that is kept. Accounts go by their names: whoever was not made after all has used a
number up."""

UNSURE: LiteralString = (
    "SELECT count(*) FROM (SELECT outcome FROM notice_sms UNION ALL SELECT outcome FROM activation) sms"
    " WHERE outcome <> 'sent'"
)
TRY_AGAIN = "Vui lòng bấm «Thử lại»"
INTERRUPTED = (word("vi", "chat.secret_again"), TRY_AGAIN)
"""Words of a message after which a question may be put once more."""


@dataclass(frozen=True)
class Outcome:
    """What came of a story."""

    facts: dict[str, list[tuple[Any, ...]]]
    texts: list[str]
    """What the bot said in the person's chat."""
    notices: list[str]
    """The same in the chats of the others."""
    sms_claimed: int
    sms_missed: int
    sms_unsure: int
    """Those that nobody waits for and of which it is not known whether they were sent."""
    sms_arrived: int
    dead: list[Dead]


def outcome_of(one: Somebody) -> Outcome:
    """What came of it; every notice is brought, and nothing is being done any more."""
    registry = one.lane.registry
    return Outcome(
        facts={name: registry.rows(query) for name, query in FACTS.items()} | _of_the_accounts(one),
        texts=one.texts(),
        notices=one.notices(),
        sms_claimed=registry.one("SELECT count(*) FROM otp_sms"),
        sms_missed=one.sms_missed,
        sms_unsure=registry.one(UNSURE),
        sms_arrived=sum(len(inbox) for inbox in one.lane.town.sms.inboxes.values()),
        dead=list(one.lane.dead),
    )


def shown_twice(outcome: Outcome, whole: Outcome) -> int:
    """How many messages came twice; everything else is as in the story in which nobody died.

    Raises:
        AssertionError: something was lost, or done twice.
    """
    differing = {
        name: (outcome.facts[name], facts) for name, facts in whole.facts.items() if outcome.facts[name] != facts
    }
    assert not differing, differing
    _sms_go_once(outcome, whole)
    twice, notices = _in_a_row(outcome.texts) - _in_a_row(whole.texts), _more(outcome.notices, whole.notices)
    interruptions = sum(words in text for text in outcome.texts for words in INTERRUPTED)
    assert _more(outcome.texts, whole.texts) <= max(twice, 0) + interruptions
    assert twice <= sum(dead.was_speaking for dead in outcome.dead)
    assert notices <= sum(dead.of == "bot" for dead in outcome.dead)  # the courier goes its own way
    return max(twice, 0) + notices


def _in_a_row(texts: list[str]) -> int:
    """How often the same was said twice, with nothing else in between; to be tried again is said as often as needed."""
    return sum(one == other and TRY_AGAIN not in one for one, other in pairwise(texts))


def _more(texts: list[str], whole: list[str]) -> int:
    """How much of it was said more often; what was not said at all otherwise does not count."""
    more = Counter(texts) - Counter(whole)
    return sum(more[text] for text in set(whole))


def _sms_go_once(outcome: Outcome, whole: Outcome) -> None:
    """One SMS for each time that one is asked for; one that the API took with it when it died is asked for again.

    One that nobody waits for is gone with the API, and not sent twice (T36).
    """
    assert outcome.sms_claimed == whole.sms_claimed + outcome.sms_missed
    assert 0 <= whole.sms_arrived - outcome.sms_arrived <= outcome.sms_unsure
    assert outcome.sms_missed + outcome.sms_unsure <= sum(dead.of == "api" for dead in outcome.dead)


def _of_the_accounts(one: Somebody) -> dict[str, list[tuple[Any, ...]]]:
    """What only its keys open: whose number it is, and which password fits."""
    query: LiteralString = "SELECT id, username, phone_sealed, password_hash FROM account ORDER BY username"
    rows, keys = one.lane.registry.rows(query), one.lane.registry.keys
    phones = [(name, sealed and keys.opened(sealed, ACCOUNT_PHONE, account)) for account, name, sealed, _ in rows]
    return {"phones": phones, "passwords": [(name, _is_new(kept)) for _, name, _, kept in rows]}


def _is_new(password_hash: str) -> bool:
    if "m=8," in password_hash:
        return False  # the cheap one, with which the account was made
    try:
        return PasswordHasher().verify(password_hash, NEW_PASSWORD.get_secret_value())
    except VerifyMismatchError:
        return False
