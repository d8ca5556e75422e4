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
)
