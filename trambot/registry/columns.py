"""The columns of a file of subjects, and what a row of it says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from conversations.texts import word
from models.full_name import name_to_find
from models.given_particulars import Given, apart
from models.particulars import Particulars
from models.refusals import NumberMissing, Refusal
from models.roles import SCHEME_2021
from models.words import Gender, SubjectRowFlaw

NAMES = {
    "full_name": "Họ và tên",
    "birth": "Ngày sinh",
    "gender": "Giới tính",
    "id_numbers": "CMT/CCCD/Hộ chiếu",
    "phones": "Số điện thoại",
    "guardian": "Người giám hộ",
    "area": "Mã phường/xã",
    "address": "Địa chỉ",
    "scheme": "Năm địa giới",
    "unit": "Mã đơn vị",
}
"""Each may stand in any place, under either name. Several numbers in one cell are divided by «;»."""
NEEDED = frozenset({"full_name", "birth", "gender", "area"})
FOUND_BY = frozenset({"id_numbers", "phones"})
GENDERS = {"nam": Gender.MALE, "nu": Gender.FEMALE, "male": Gender.MALE, "female": Gender.FEMALE}


class ColumnsMissing(Exception):
    """The file's first row does not name what each row must have."""


class Wrong(Exception):
    """No subject is made of a row, for a reason that the texts have a sentence for."""

    def __init__(self, flaw: SubjectRowFlaw | Refusal) -> None:
        super().__init__(flaw)
        self.flaw = flaw

    def told(self) -> str:
        """The sentence, for whoever mends the file."""
        if isinstance(self.flaw, Refusal):
            return word("vi", f"refusal.{self.flaw.code}", **self.flaw.facts())
        return word("vi", f"SubjectRowFlaw.{self.flaw}")


@dataclass(frozen=True)
class Places:
    """Where people may live, and which unit keeps whom: by the commune's scheme and code, its health station."""

    stations: Mapping[tuple[int, str], int]
    units: frozenset[int]

    def unit(self, scheme: int, area: str, wanted: str) -> int:
        """The unit that keeps somebody.

        Raises:
            Wrong: nobody lives there, or there is no such unit.
        """
        station = self.stations.get((scheme, area))
        if station is None:
            raise Wrong(SubjectRowFlaw.AREA_UNKNOWN)
        if not wanted:
            return station
        if not wanted.isascii() or not wanted.isdigit() or int(wanted) not in self.units:
            raise Wrong(SubjectRowFlaw.UNIT_UNKNOWN)
        return int(wanted)


Read = Callable[[Sequence[str]], tuple[int, Particulars]]
"""The unit and the particulars of a row; raises Wrong."""


def reader_of(header: Sequence[str], places: Places, today: date) -> Read:
    """How rows under this header are read.

    Raises:
        ColumnsMissing: what is needed is not there.
    """
    at = {name: place for place, title in enumerate(header) if (name := _named(title)) is not None}
    missing = [NAMES[name] for name in NAMES if name in NEEDED - at.keys()]
    if missing or not FOUND_BY & at.keys():
        raise ColumnsMissing(", ".join(missing) or " / ".join(NAMES[name] for name in NAMES if name in FOUND_BY))
    width = len(header)

    def read(row: Sequence[str]) -> tuple[int, Particulars]:
        if len(row) != width:
            raise Wrong(SubjectRowFlaw.CELLS_MISSING)

        def cell(name: str) -> str:
            return row[at[name]].strip() if name in at else ""

        gender = GENDERS.get(cell("gender").lower()) or GENDERS.get(name_to_find(cell("gender")))
        if gender is None:
            raise Wrong(SubjectRowFlaw.GENDER_UNKNOWN)
        scheme = cell("scheme") or str(SCHEME_2021)
        if not scheme.isascii() or not scheme.isdigit():
            raise Wrong(SubjectRowFlaw.AREA_UNKNOWN)
        area = cell("area")
        unit = places.unit(int(scheme), area, cell("unit"))
        given = Given(
            full_name=cell("full_name"),
            birth=cell("birth"),
            gender=gender,
            id_numbers=apart(cell("id_numbers")),
            phones=apart(cell("phones")),
            guardian=cell("guardian"),
            scheme=int(scheme),
            area=area,
            address=cell("address"),
        )
        try:
            return unit, given.particulars(today)
        except NumberMissing:
            raise Wrong(SubjectRowFlaw.NUMBER_MISSING) from None
        except Refusal as refusal:
            raise Wrong(refusal) from None

    return read


def _named(title: str) -> str | None:
    wanted = _plain(title)
    return next((name for name, shown in NAMES.items() if wanted in (_plain(name), _plain(shown))), None)


def _plain(title: str) -> str:
    return name_to_find(title.replace("_", ""))
