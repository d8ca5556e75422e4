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
    "sessions": 'SELECT account_id, "end" FROM session ORDER BY opened_at',
    "login history": "SELECT account_id, attempt, channel FROM login_history ORDER BY at, written_in, attempt",
    "sign-ins": "SELECT account_id, needs_phone, ended_at IS NULL FROM sign_in ORDER BY started_at",
    "challenges": "SELECT account_id, purpose, is_used FROM otp_challenge ORDER BY account_id, expires_at",
    "guards": "SELECT account_id, failures, streak, locked_until FROM otp_guard ORDER BY account_id",
    "captchas": "SELECT solved, used_at IS NULL FROM captcha ORDER BY made_at",
    "password waits": "SELECT failures FROM password_wait",
    "notices": "SELECT account_id, notice, state FROM delivery ORDER BY account_id, notice",
    "done to subjects": "SELECT account_id, act, version FROM subject_change ORDER BY at, subject_id, version",
    "acts": "SELECT act, by_account_id, account_id FROM admin_act ORDER BY at, written_in",
    "accounts": "SELECT id, must_change_password, phone_proof IS NULL, language FROM account ORDER BY id",
}
"""What is compared, of everything that is kept."""

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
    sms_arrived: int
    dead: list[Dead]


def outcome_of(one: Somebody) -> Outcome:
    """What came of it; every notice is brought, and nothing is being done any more."""
    registry = one.lane.registry
    return Outcome(
        facts={name: registry.rows(query) for name, query in FACTS.items()} | _of_the_account(one),
        texts=one.texts(),
        notices=one.notices(),
        sms_claimed=registry.one("SELECT count(*) FROM otp_sms"),
        sms_missed=one.sms_missed,
        sms_arrived=sum(len(inbox) for inbox in one.lane.town.sms.inboxes.values()),
        dead=list(one.lane.dead),
    )


def shown_twice(outcome: Outcome, whole: Outcome) -> int:
    """How many messages came twice; everything else is as in the story in which nobody died.

    Raises:
        AssertionError: something was lost, or done twice.
    """
    assert outcome.facts == whole.facts
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
    """One SMS for each time that one is asked for; one that the API took with it when it died is asked for again."""
    assert outcome.sms_claimed == whole.sms_claimed + outcome.sms_missed
    assert outcome.sms_arrived == whole.sms_arrived
    assert outcome.sms_missed <= sum(dead.of == "api" for dead in outcome.dead)


def _of_the_account(one: Somebody) -> dict[str, list[tuple[Any, ...]]]:
    """What only its keys open: whose number it is, and which password fits."""
    query = "SELECT phone_sealed, password_hash FROM account WHERE id = %s"
    [(sealed, password_hash)] = one.lane.registry.rows(query, one.staff.id)
    phone = sealed and one.lane.registry.keys.opened(sealed, ACCOUNT_PHONE, one.staff.id)
    return {"phone": [(phone,)], "password": [(_is_new(password_hash),)]}


def _is_new(password_hash: str) -> bool:
    if "m=8," in password_hash:
        return False  # the cheap one, with which the account was made
    try:
        return PasswordHasher().verify(password_hash, NEW_PASSWORD.get_secret_value())
    except VerifyMismatchError:
        return False
