"""A subject as it is kept: its two parts sealed for its row, and the keys it is found by."""

from dataclasses import dataclass

from models.look_up import LookUpSecrets
from models.particulars import Particulars, Rest, Sensitive
from models.sealing import Keys
from models.seals import SUBJECT_REST, SUBJECT_SENSITIVE


@dataclass(frozen=True)
class SealedSubject:
    """What is written of a subject; `more_keys` are those of further phones and papers."""

    sensitive: bytes
    rest: bytes
    scheme: int
    area: str
    phone_key: int | None
    document_key: int | None
    more_keys: list[int]


def sealed(particulars: Particulars, subject_id: int, keys: Keys, secrets: LookUpSecrets) -> SealedSubject:
    """The subject of that id, sealed: what is sealed is bound to its row, so the id comes first."""
    name = particulars.sensitive.full_name
    phones = [secrets.key(name, phone) for phone in particulars.phones]
    documents = [secrets.key(name, document) for document in particulars.documents]
    return SealedSubject(
        sensitive=keys.seal(particulars.sensitive.sealable(), SUBJECT_SENSITIVE, subject_id),
        rest=keys.seal(particulars.rest.sealable(), SUBJECT_REST, subject_id),
        scheme=particulars.sensitive.scheme,
        area=particulars.sensitive.area,
        phone_key=next(iter(phones), None),
        document_key=next(iter(documents), None),
        more_keys=sorted({*phones[1:], *documents[1:]}),
    )


def opened(keys: Keys, subject_id: int, sensitive: bytes, rest: bytes, scheme: int, area: str) -> Particulars:
    """What is known of the subject of that id.

    Raises:
        SealBroken: a part is another row's, or another part's, or another key's (T26).
    """
    return Particulars(
        Sensitive.read(keys.opened(sensitive, SUBJECT_SENSITIVE, subject_id), scheme, area),
        Rest.read(keys.opened(rest, SUBJECT_REST, subject_id)),
    )
