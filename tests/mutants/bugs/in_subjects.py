"""Seeded bugs in what is about subjects, from their values to their talks."""

from tests.mutants.bug import Bug

BUGS = (
    Bug(
        "T27",
        "models/look_up.py",
        "A look-up key is of the name alone",
        r'said = f"{number.kind}\0{name_to_find(name)}\0{number.value}"',
        "said = name_to_find(name)",
    ),
    Bug(
        "T27",
        "models/look_up.py",
        "A look-up key takes no secret, so that whoever has the database can guess",
        "key=secret, digest_size=KEY_BITS // 8",
        "digest_size=KEY_BITS // 8",
    ),
    Bug(
        "T32",
        "models/full_name.py",
        "A name with other spaces is another name",
        "for c in folded_name(name).casefold() if c.isalpha())",
        "for c in name.casefold() if c.isalpha())",
    ),
    Bug(
        "T32",
        "models/spelling.py",
        "The digits of another script are no digits",
        'return "".join(str(unicodedata.decimal(c, c)) for c in plain).upper()',
        "return plain.upper()",
    ),
    Bug(
        "T32",
        "models/look_up.py",
        "Of two spellings of a name only the first is known again",
        "return number == wanted.number and name_to_find(name) == name_to_find(wanted.full_name)",
        "return number == wanted.number and name == wanted.full_name",
    ),
    Bug(
        "T30",
        "models/birth.py",
        "A day that the calendar does not have is a fault",
        "    except ValueError:\n        raise BirthInvalid(first=FIRST_BIRTH_YEAR) from None\n",
        "    except KeyError:\n        raise BirthInvalid(first=FIRST_BIRTH_YEAR) from None\n",
    ),
    Bug(
        "T20",
        "models/walls/subject.sql",
        "What a look-up found is told before its row is committed, so that it can be taken back",
        "now_at < l.at + {look_up_lifetime}\n        AND l.written_in IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint\n    ORDER",
        "now_at < l.at + {look_up_lifetime}\n    ORDER",
    ),
    Bug(
        "T20",
        "models/walls/subject.sql",
        "The misses of everybody are counted as one person's",
        "WHERE l.account_id = me.id AND l.at > now_at - {misses_window} AND l.is_judged",
        "WHERE l.at > now_at - {misses_window} AND l.is_judged",
    ),
    Bug(
        "T20",
        "models/walls/subject.sql",
        "One miss more than the budget is looked for",
        "OFFSET {max_misses} - 1 LIMIT 1",
        "OFFSET {max_misses} LIMIT 1",
    ),
    Bug(
        "T20",
        "models/walls/subject.sql",
        "The unit's count of misses tells what an uncommitted look-up found",
        "cardinality(l.found) = 0\n            AND l.written_in IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint\n",
        "cardinality(l.found) = 0\n",
    ),
    Bug(
        "T25",
        "models/walls/subject.sql",
        "Who was shown whom can be removed",
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosure",
        "BEFORE UPDATE ON disclosure",
    ),
    Bug(
        "T26",
        "models/sealed_subjects.py",
        "Both parts of a subject are sealed for the same place",
        "rest=keys.seal(particulars.rest.sealable(), SUBJECT_REST, subject_id),",
        "rest=keys.seal(particulars.rest.sealable(), SUBJECT_SENSITIVE, subject_id),",
    ),
    Bug(
        "T20",
        "api/acts/look_up.py",
        "A look-up that comes too soon after too many misses is answered all the same",
        '    if row["free_at"] is not None:\n',
        '    if row["free_at"] is not None and row["free_at"] < now:\n',
    ),
    Bug(
        "T20",
        "api/acts/look_up.py",
        "Nobody is told that a unit finds nobody all the time",
        "    if row[0] >= UNIT_MISSES_ALARM:\n",
        "    if row[0] > UNIT_MISSES_ALARM:\n",
    ),
)
