"""The SMS gateway: takes messages for numbers, keeps an inbox for each."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from secrets import token_hex

from simulator.wire import Json

GSM_SEGMENT, UNICODE_SEGMENT = 160, 70  # characters in one SMS; 153 and 67 when it is one of several
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
LONGEST = 1000


@dataclass
class Sms:
    """One SMS in an inbox."""

    id: str
    to: str
    text: str
    at: float
    request_id: str = ""
    read: bool = False

    @property
    def segments(self) -> int:
        """How many SMS the network sends, and bills, for it."""
        single = GSM_SEGMENT if set(self.text) <= GSM else UNICODE_SEGMENT
        length = len(self.text) if single == GSM_SEGMENT else len(self.text.encode("utf-16-le")) // 2
        return 1 if length <= single else -(-length // (single - (7 if single == GSM_SEGMENT else 3)))

    def as_json(self) -> Json:
        return asdict(self)


class SmsGateway:
    """Inboxes by number (E.164); a request id is answered once and for all."""

    def __init__(self) -> None:
        self.inboxes: dict[str, list[Sms]] = defaultdict(list)
        self._answered: dict[str, Sms] = {}

    def seen(self, request_id: str) -> Sms | None:
        return self._answered.get(request_id) if request_id else None

    def accept(self, to: str, text: str, request_id: str, at: float) -> Sms:
        """Take an SMS under a new id; it is not in an inbox yet."""
        sms = Sms(f"sms-{token_hex(8)}", to, text, at, request_id)
        if request_id:
            self._answered[request_id] = sms
        return sms

    def deliver(self, sms: Sms) -> None:
        self.inboxes[sms.to].append(sms)

    def inbox(self, number: str) -> list[Sms]:
        return list(self.inboxes.get(number, []))

    def as_json(self) -> list[Json]:
        return [sms.as_json() for inbox in self.inboxes.values() for sms in inbox]

    def load(self, shapes: list[Json]) -> None:
        for shape in shapes:
            sms = Sms(**shape)
            self.deliver(sms)
            if sms.request_id:
                self._answered[sms.request_id] = sms
