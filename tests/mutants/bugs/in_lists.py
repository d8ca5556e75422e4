"""Seeded bugs around lists of people to be asked for."""

from tests.mutants.bug import Bug

BUGS = (
    Bug(
        "T46",
        "api/acts/send_list.py",
        "A list is sent by two at once",
        "== person.account_id).with_for_update()",
        "== person.account_id)",
    ),
    Bug(
        "T46",
        "api/acts/send_list.py",
        "What has become wrong or doubtful before it is sent is lost",
        "        await turn.db.execute(insert(ListedPerson).returning(ListedPerson.number), values)  # in one statement\n",
        "        pass\n",
    ),
    Bug(
        "T46",
        "api/acts/listed_people.py",
        "The same lines twice are other people each time",
        'turn.keys.digest(LISTED_KEY, f"{unit.id}|{who.hex()}")',
        'turn.keys.digest(LISTED_KEY, f"{id(row)}|{who.hex()}")',
    ),
    Bug(
        "T46",
        "api/acts/request_tables.py",
        "A row that comes back takes a place on whatever list there is now",
        "return int(found[2]) if found and found[1] == list_id.hex[:ID_SIGNS] else None",
        "return int(found[2]) if found else None",
    ),
    Bug(
        "T46",
        "api/acts/read_list.py",
        "Who goes on with a file begins at its first row",
        "            self._done = mine.rows_read\n",
        "",
    ),
    Bug(
        "T21",
        "models/walls/request_list.sql",
        "A list may have one row too many",
        "HAVING count(*) > {max_listed}\n",
        "HAVING count(*) > {max_listed} + 1\n",
    ),
    Bug(
        "T21",
        "api/acts/read_list.py",
        "Two files are read onto one list at once",
        "            raise Busy(seconds=COME_BACK)\n",
        "            pass\n",
    ),
    Bug(
        "T10",
        "models/listed_people.py",
        "What is no right is passed over",
        "for one in BETWEEN_RIGHTS.split(typed) if one.strip()}",
        "for one in BETWEEN_RIGHTS.split(typed) if folded_name(one) in RIGHTS}",
    ),
)
