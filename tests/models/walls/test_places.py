"""The walls around areas, units and who works there, held against the owner too."""

from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from tests.models.by_hand import ByHand, refused


@pytest.mark.parametrize(
    ("role", "level", "wall"),
    [
        ("system_admin", "commune", "account_role_fits_level"),
        ("province_admin", "commune", "account_role_fits_level"),
        ("province_admin", "province", "account_unit_id_unit_level_place_fkey"),
        ("wizard", "commune", "account_role_is_known"),
    ],
)
def test_an_account_has_a_role_of_its_units_level(by_hand: ByHand, role: str, level: str, wall: str) -> None:
    account = by_hand.account()
    with pytest.raises(psycopg.errors.IntegrityError) as refusal:
        by_hand.owner.execute("UPDATE account SET role = %s, unit_level = %s WHERE id = %s", [role, level, account])
    assert refusal.value.diag.constraint_name in {wall, "account_role_fits_level"}


@pytest.mark.parametrize(
    ("kind", "area", "level", "wall"),
    [
        ("commune_health_station", "87", "province", "unit_kind_fits_level"),
        ("commune_health_station", "87", "commune", "unit_scheme_area_level_place_fkey"),
        ("hospital", "99999", "commune", "unit_scheme_area_level_place_fkey"),
    ],
)
def test_a_unit_stands_in_an_area_of_its_level(by_hand: ByHand, kind: str, area: str, level: str, wall: str) -> None:
    with refused(wall):
        by_hand.owner.execute(
            "INSERT INTO unit (name, kind, scheme, area, level, place, is_open)"
            " VALUES ('?', %s, 2021, %s, %s, 'VN/2021-87/', true)",
            [kind, area, level],
        )


@pytest.mark.parametrize(
    ("change", "wall"),
    [
        ("username = 'Demo'", "account_username_is_canonical"),
        ("username = 'demo' || chr(8203)", "account_username_is_canonical"),
        ("username = 'nguyễn'", "account_username_is_canonical"),
        ("language = 'fr'", "account_language_is_known"),
    ],
)
def test_T32_an_account_is_written_in_one_way(by_hand: ByHand, change: LiteralString, wall: str) -> None:
    account = by_hand.account()
    with refused(wall):
        by_hand.owner.execute(sql.SQL("UPDATE account SET {} WHERE id = {}").format(sql.SQL(change), account))


def test_an_area_lies_in_one_that_is_there(by_hand: ByHand) -> None:
    with refused("area_scheme_parent_parent_level_fkey"):
        by_hand.owner.execute("UPDATE area SET parent = '999' WHERE code = '00658'")
    with refused("area_scheme_parent_parent_level_fkey"):
        by_hand.owner.execute("DELETE FROM area WHERE code = '755'; DELETE FROM area WHERE code = '020'")


def test_an_area_lies_in_one_a_level_up(by_hand: ByHand) -> None:
    with refused("area_parent_is_one_level_up"):
        by_hand.owner.execute(
            "INSERT INTO area (scheme, code, level, parent, parent_level, name, place)"
            " VALUES (2021, '99999', 'district', '020', 'district', '?', 'VN/2021-01/020/99999/')"
        )


@pytest.mark.parametrize("place", ["VN/", "VN/2021-01/", "VN/2021-87/020/99999/", "VN/2021-01/020/99999"])
def test_R12_an_area_lies_where_its_parent_lies(by_hand: ByHand, place: str) -> None:
    with refused("area_place_is_within_its_parents"):
        by_hand.owner.execute(
            "INSERT INTO area (scheme, code, level, parent, parent_level, name, place)"
            " VALUES (2021, '99999', 'commune', '020', 'district', '?', %s)",
            [place],
        )


def test_R12_an_area_does_not_move(by_hand: ByHand) -> None:
    """With everything that lies in it, one could; nothing does."""
    by_hand.owner.execute(
        "INSERT INTO area (scheme, code, level, parent, parent_level, name, place)"
        " VALUES (2021, '99999', 'commune', '020', 'district', '?', 'VN/2021-01/020/99999/')"
    )
    with refused("area_place_stays"):
        by_hand.owner.execute(
            "UPDATE area SET parent = '001', place = 'VN/2021-01/001/99999/' WHERE code = '99999' AND scheme = 2021"
        )
