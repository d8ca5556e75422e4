"""What a registry begins with: real areas, their units, accounts whose personal data are sealed."""

import unicodedata
from collections import Counter
from typing import Any, LiteralString

import psycopg
import pytest

from models import seals
from models.data.make_areas import written_properly
from models.places import PARENT_LEVELS
from models.refusals import PhoneInvalid, UsernameInvalid
from models.roles import Level, Role
from models.sealing import Keys
from models.seed import add_account, areas, find_unit, load_areas, load_units, system_admin_exists, units
from models.words import UnitKind
from tests.models.by_hand import NOW, PHONE, ByHand

AREAS = {code: (level, parent, name) for _, code, level, parent, _, name, _ in areas()}
COUNTS = {Level.NATIONAL: 1, Level.PROVINCE: 63, Level.DISTRICT: 705, Level.COMMUNE: 10_599}
DIGITS = {Level.PROVINCE: 2, Level.DISTRICT: 3, Level.COMMUNE: 5}
WITHOUT_COMMUNES = {"318", "471", "498", "536", "755"}  # Bạch Long Vĩ, Cồn Cỏ, Hoàng Sa, Lý Sơn, Côn Đảo


def address(code: str | None) -> list[str]:
    names: list[str] = []
    while code and code != "VN":
        _, parent, name = AREAS[code]
        names.append(name)
        code = parent
    return names


def test_all_of_vietnam_as_of_2021_is_there() -> None:
    assert Counter(level for level, _, _ in AREAS.values()) == COUNTS
    assert sum(COUNTS.values()) == len(AREAS)


def test_codes_have_their_levels_number_of_digits() -> None:
    wrong = [c for c, (level, _, _) in AREAS.items() if c != "VN" and (not c.isdecimal() or len(c) != DIGITS[level])]
    assert wrong == []


def test_every_area_lies_in_one_a_level_up() -> None:
    for level, parent, _ in AREAS.values():
        assert parent is None or AREAS[parent][0] in PARENT_LEVELS[level]
    assert [code for code, (_, parent, _) in AREAS.items() if parent is None] == ["VN"]


def test_only_the_island_districts_have_no_communes() -> None:
    parents = {parent for _, parent, _ in AREAS.values()}
    assert {c for c, (level, _, _) in AREAS.items() if level == Level.DISTRICT and c not in parents} == WITHOUT_COMMUNES


def test_names_are_composed_and_without_stray_spaces() -> None:
    names = [name for _, _, name in AREAS.values()]
    assert [name for name in names if name != " ".join(unicodedata.normalize("NFC", name).split())] == []


def test_every_name_begins_with_its_type() -> None:
    types = {"Tỉnh", "Thành phố", "Quận", "Huyện", "Thị xã", "Phường", "Xã", "Thị trấn"}
    names = [name for code, (_, _, name) in AREAS.items() if code != "VN"]
    assert [name for name in names if not name.startswith(tuple(f"{word} " for word in types))] == []


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("00658", ["Xã Tứ Hiệp", "Huyện Thanh Trì", "Thành phố Hà Nội"]),
        ("87", ["Tỉnh Đồng Tháp"]),
        ("769", ["Thành phố Thủ Đức", "Thành phố Hồ Chí Minh"]),
        ("29905", ["Phường 1", "Thành phố Sa Đéc", "Tỉnh Đồng Tháp"]),
        ("22", ["Tỉnh Quảng Ninh"]),
        ("859", ["Huyện Vũng Liêm", "Tỉnh Vĩnh Long"]),
    ],
)
def test_a_real_place_has_its_real_address(code: str, written: list[str]) -> None:
    assert address(code) == written


def test_a_name_without_a_type_is_not_taken_into_the_file() -> None:
    assert written_properly("Thị  Trấn Tây Sơn ") == "Thị trấn Tây Sơn"
    with pytest.raises(ValueError, match="no type"):
        written_properly("Tây Sơn")


@pytest.mark.parametrize(
    ("area", "name", "kind"),
    [
        ("VN", "Bộ Y tế", UnitKind.MINISTRY),
        ("01", "Sở Y tế thành phố Hà Nội", UnitKind.DEPARTMENT_OF_HEALTH),
        ("87", "Sở Y tế tỉnh Đồng Tháp", UnitKind.DEPARTMENT_OF_HEALTH),
        ("00658", "Trạm y tế xã Tứ Hiệp", UnitKind.COMMUNE_HEALTH_STATION),
        ("00001", "Trạm y tế phường Phúc Xá", UnitKind.COMMUNE_HEALTH_STATION),
        ("18136", "Trạm y tế thị trấn Tây Sơn", UnitKind.COMMUNE_HEALTH_STATION),
    ],
)
def test_an_area_has_its_unit(owner: psycopg.Connection, area: str, name: str, kind: UnitKind) -> None:
    found = owner.execute("SELECT name FROM unit WHERE id = %s", [find_unit(owner, kind, area)])
    assert found.fetchone() == (name,)


def test_there_is_no_unit_where_there_is_none(owner: psycopg.Connection) -> None:
    with pytest.raises(LookupError):
        find_unit(owner, UnitKind.COMMUNE_HEALTH_STATION, "87")


def test_loading_again_adds_nothing_and_tells_how_far_it_is(owner_url: str, owner: psycopg.Connection) -> None:
    before = counted(owner)
    told: list[tuple[int, int]] = []
    load_areas(owner_url, lambda done, total: told.append((done, total)))
    load_units(owner_url, lambda done, total: told.append((done, total)))
    assert counted(owner) == before == (sum(COUNTS.values()), len(list(units())))
    assert told[0] == (0, before[0])
    assert (before[0], before[0]) in told
    assert told[-1] == (before[1], before[1])


def test_what_is_missing_is_added(owner_url: str, owner: psycopg.Connection) -> None:
    owner.execute("DELETE FROM unit WHERE area = '00658'")
    load_units(owner_url, lambda _done, _total: None)
    find_unit(owner, UnitKind.COMMUNE_HEALTH_STATION, "00658")


def counted(link: psycopg.Connection) -> tuple[Any, ...]:
    return link.execute("SELECT (SELECT count(*) FROM area), (SELECT count(*) FROM unit)").fetchone() or ()


# Accounts


def new_account(owner: psycopg.Connection, keys: Keys, **changed: Any) -> int:
    values: dict[str, Any] = {
        "username": "demo.admin",
        "full_name": "Trần  Thị Demo",
        "phone": "0912 345 678",
        "role": Role.SYSTEM_ADMIN,
        "unit_id": find_unit(owner, UnitKind.MINISTRY, "VN"),
        "password_hash": "-",
        "now": NOW,
    }
    return add_account(owner, keys, **values | changed)


def test_an_accounts_name_and_phone_are_sealed_for_it(owner: psycopg.Connection, keys: Keys) -> None:
    account = new_account(owner, keys, full_name=unicodedata.normalize("NFD", "Trần  Thị Demo"))
    query: LiteralString = "SELECT full_name_sealed, phone_sealed, phone_key, phone_proof FROM account WHERE id = %s"
    name, phone, phone_key, proof = owner.execute(query, [account]).fetchone() or ()
    assert keys.opened(name, seals.ACCOUNT_FULL_NAME, account) == "Trần Thị Demo"
    assert keys.opened(phone, seals.ACCOUNT_PHONE, account) == PHONE
    assert phone_key == keys.digest(seals.PHONE_KEY, PHONE)
    assert proof is None


def test_T24_no_name_or_phone_is_readable_in_an_account(owner: psycopg.Connection, keys: Keys) -> None:
    new_account(owner, keys)
    ((row,),) = owner.execute("SELECT account::text FROM account").fetchall()
    for canary in ("Trần", b"Demo".hex(), "912345678", PHONE.encode().hex()):
        assert canary not in row


def test_R03_an_account_may_begin_without_a_phone(owner: psycopg.Connection, keys: Keys) -> None:
    account = new_account(owner, keys, phone=None)
    found = owner.execute("SELECT phone_sealed, phone_key FROM account WHERE id = %s", [account])
    assert found.fetchone() == (None, None)


def test_T32_a_username_is_taken_in_every_spelling(owner: psycopg.Connection, keys: Keys) -> None:
    new_account(owner, keys)
    with pytest.raises(psycopg.errors.UniqueViolation):
        new_account(owner, keys, username=" Demo.ADMIN")


def test_no_account_begins_with_what_could_not_be_checked_later(owner: psycopg.Connection, keys: Keys) -> None:
    with pytest.raises(PhoneInvalid):
        new_account(owner, keys, phone="02438253535")
    with pytest.raises(UsernameInvalid):
        new_account(owner, keys, username="Trần Thị Demo")
    with pytest.raises(LookupError):
        new_account(owner, keys, unit_id=0)
    with pytest.raises(psycopg.errors.CheckViolation):
        new_account(owner, keys, role=Role.COMMUNE_ADMIN)


def test_the_first_system_admin_is_noticed(owner_url: str, owner: psycopg.Connection, by_hand: ByHand) -> None:
    by_hand.account()
    assert not system_admin_exists(owner_url)
    new_account(owner, by_hand.keys)
    assert system_admin_exists(owner_url)
