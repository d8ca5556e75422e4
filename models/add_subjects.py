"""Writing subjects as the tables' owner: for the demo, for tests, and for whoever brings a registry along."""

from collections.abc import Iterable

import psycopg

from models.look_up import LookUpSecrets
from models.particulars import Particulars
from models.sealed_subjects import sealed
from models.sealing import Keys


def add_subjects(
    link: psycopg.Connection, keys: Keys, secrets: LookUpSecrets, coming: Iterable[tuple[int, Particulars]]
) -> list[int]:
    """Write subjects, each with the unit that keeps it, in the link's transaction; their ids, in the same order.

    Raises:
        psycopg.errors.IntegrityError: there is no such unit or area, or a subject without any number.
    """
    given = list(coming)
    ids = [row[0] for row in link.execute("SELECT next_subject() FROM generate_series(1, %s)", [len(given)])]
    rows = [
        (subject_id, unit, sealed(particulars, subject_id, keys, secrets))
        for subject_id, (unit, particulars) in zip(ids, given, strict=True)
    ]
    columns = "id, phone_key, document_key, unit_id, version, scheme, area, sensitive_sealed, rest_sealed"
    with link.cursor() as cursor:
        with cursor.copy(f"COPY subject ({columns}) FROM STDIN") as copy:
            for subject_id, unit, row in rows:
                keyed = (subject_id, row.phone_key, row.document_key)
                copy.write_row((*keyed, unit, 1, row.scheme, row.area, row.sensitive, row.rest))
        with cursor.copy("COPY subject_key (key, subject_id) FROM STDIN") as copy:
            for subject_id, _, row in rows:
                for key in row.more_keys:
                    copy.write_row((key, subject_id))
    return ids
