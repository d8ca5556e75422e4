"""The limits of the rules, each written once; constraints, schemas, questions and texts are built from them."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam has had no daylight saving since 1975, so a fixed offset is exact for every date in use."""

OTP_IN_FORCE_SINCE = datetime(2021, 10, 12, tzinfo=VIETNAM)  # R1: a fact that is shown, not a switch

MAX_OTP_FAILURES = 5  # R5
OTP_LOCK = timedelta(minutes=5)  # R5
OTP_DIGITS = 6  # R6
OTP_LIFETIME = timedelta(minutes=5)  # R6
MAX_OTP_STREAK = 50  # wrong ones in a row disable OTP; NIST SP 800-63B-4 §3.2.2 allows 100

RESEND_PAUSE = timedelta(seconds=60)  # R4: between two SMS of one account or to one number
MAX_SMS_PER_PHONE_A_DAY = 15
MAX_SMS_PER_ACCOUNT_A_DAY = 15
MAX_SMS_PER_CHAT_A_DAY = 30  # a station's phone is shared by a shift
MAX_SMS_A_MINUTE = 600  # over the whole installation: the breaker that bounds the bill

CAPTCHA_LENGTH = 5  # R3
CAPTCHA_LIFETIME = timedelta(minutes=5)
MAX_CAPTCHAS_AN_HOUR = 30  # per chat or address

PASSWORD_MIN_LENGTH = 8  # OWASP ASVS 5.0 V6.2.1
PASSWORD_MAX_LENGTH = 128  # OWASP ASVS 5.0 V6.2.9
USERNAME_MIN_LENGTH = 3
USERNAME_MAX_LENGTH = 32
NAME_MAX_LENGTH = 200  # of a unit, or of a person

FREE_PASSWORD_FAILURES = 3  # wrong passwords per name and source before a wait begins
FIRST_PASSWORD_WAIT = timedelta(seconds=5)  # doubles with every further one
LONGEST_PASSWORD_WAIT = timedelta(minutes=15)
PASSWORD_FAILURES_BEFORE_CAPTCHA = 10  # per name, from all sources together, within the hour
PASSWORD_FAILURES_FORGOTTEN_AFTER = timedelta(hours=1)

MAX_MISSES = 20  # look-ups of one person that find nobody, within the window; then none is judged for a while (T20)
MISSES_WINDOW = timedelta(minutes=10)
UNIT_MISSES_ALARM = 100  # of one unit, within the same window: an alarm, never a block
MOST_FOUND = 10  # people of one name with one number; a family shares a phone, seldom a name
SHOWN_IN_FULL = timedelta(minutes=10)  # in a chat; then the message is taken back
LOOK_UP_LIFETIME = timedelta(hours=1)  # from looking somebody up to doing something about them

MOST_DOSES = 9  # of one person; courses have up to three
MOST_LOTS = 10  # of one plan
MOST_EXPECTED = 100_000  # people at one place on one day
LOT_MAX_LENGTH = 40
PLAN_DAYS_AHEAD = 365

FULL_NAME_MAX_LENGTH = 100
ADDRESS_MAX_LENGTH = 200
MOST_NUMBERS = 5  # phones of a subject, and as many papers
FIRST_BIRTH_YEAR = 1900  # a CCCD's number knows no earlier century

SIGN_IN_LIFETIME = timedelta(minutes=30)  # from the right password to the right OTP
SESSION_IDLE = timedelta(hours=8)  # a shift
SESSION_LIFETIME = timedelta(hours=24)
FRESH_OTP = timedelta(minutes=15)  # what is sensitive asks for another OTP when the last one is older
PREPARED_PASSWORD_LIFETIME = timedelta(hours=1)  # from typing a password for somebody to saving the account
ACTIVATION_LIFETIME = timedelta(hours=72)  # of the code by which somebody gives their account a password
ACTIVATION_DIGITS = 8
MAX_ACTIVATION_FAILURES = 10  # wrong codes; then an admin sends another
MAX_ACTIVATIONS_A_DAY = 5  # SMS to one account
PASSWORD_PROOF_LIFETIME = timedelta(minutes=10)  # from giving the current password to giving the new one
EFFECT_LIFETIME = timedelta(hours=24)

REQUEST_REMINDER = timedelta(hours=24)  # R14: a request that waits so long brings a reminder, and so on
REASON_MAX_LENGTH = 200  # of why a request was rejected (R14)

MAX_LISTED = 5_000  # people on a list of account requests; a province's largest hospitals have fewer
CELL_MAX_LENGTH = 256  # of such a list; a unit's name has at most 200
LINES_MAX_LENGTH = 4_096  # of lines typed in one message; Telegram's
LIST_LIFETIME = timedelta(days=7)  # of a list that nobody touches
LIST_PIECE = 300  # rows of a file that are saved together
LIST_SENT = 600  # people asked for at once, in the time that a turn of the chat has
LIST_LEASE = timedelta(seconds=15)  # within which whoever reads a file saves the next piece

MAX_FILE_MEGABYTES = 5  # of a file sent in a chat or to the API; Telegram gives a bot files of up to 20
MAX_FILE_BYTES = MAX_FILE_MEGABYTES * 2**20

MAX_UNITS_A_FILE = 600  # rows of a table of units; Thành phố Hà Nội has 579 communes

MIN_SECRET_LENGTH = 32  # characters of the webhook secret and of the bot's service key


@dataclass(frozen=True)
class Policy:
    """What an installation may set, with the sources' values as defaults (R6): stricter is allowed, looser is not."""

    otp_failures: int = MAX_OTP_FAILURES
    otp_lock: timedelta = OTP_LOCK
    otp_digits: int = OTP_DIGITS
    otp_lifetime: timedelta = OTP_LIFETIME
    resend_pause: timedelta = RESEND_PAUSE
    session_idle: timedelta = SESSION_IDLE
    session_lifetime: timedelta = SESSION_LIFETIME

    def __post_init__(self) -> None:
        """Refuse a value looser than its default.

        Raises:
            LooserThanTheRules: naming every such setting.
        """
        looser = [
            f"{name} is {getattr(self, name)}, at {word} {limit} is allowed"
            for name, limit, word in self._limits()
            if (getattr(self, name) > limit if word == "most" else getattr(self, name) < limit)
        ]
        if looser:
            raise LooserThanTheRules("; ".join(looser))

    @classmethod
    def _limits(cls) -> list[tuple[str, object, str]]:
        stricter_when_longer = {"otp_lock", "otp_digits", "resend_pause"}
        limits = [(f.name, f.default, "least" if f.name in stricter_when_longer else "most") for f in fields(cls)]
        least_of_all: list[tuple[str, object, str]] = [
            ("otp_failures", 1, "least"),
            ("otp_digits", 8, "most"),  # HOTP gives no more digits than that (RFC 4226 §5.3)
            ("otp_lifetime", timedelta(seconds=30), "least"),
            ("session_idle", timedelta(minutes=1), "least"),
            ("session_lifetime", timedelta(minutes=1), "least"),
        ]
        return [*limits, *least_of_all]


class LooserThanTheRules(ValueError):
    """A setting allows more than the rules do (R6); the process must not start."""


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
