"""The walls around units: their names, their keepers, and who works at a closed one (R15)."""

import threading
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from models.names import proper_name
from models.refusals import NameInvalid
from models.roles import UNIT_KEEPERS, Role
from models.rules import NAME_MAX_LENGTH
from models.seed import add_unit, units
from models.spelling import folded_name
from models.words import UnitKind
from tests.models.by_hand import ByHand, forbidden, refused
from tests.models.walls.conftest import HANOI, Admin, Admit
from tests.models.walls.test_scope import DONG_THAP, NGU_HIEP

ODD_NAMES = [
    "Bệnh viện Đa khoa",
    "BỆNH VIỆN  ĐA KHOA",
    "Ðức «1» – cơ sở 2 (½)",
    "Ｂệnh viện",
    "TYT ấp Ô Môn",
    "straße ﬁ",
]


def new_unit(by_hand: ByHand, name: str, area: str = HANOI, kind: UnitKind = UnitKind.HOSPITAL) -> int:
    """In the API's role."""
    found = by_hand.owner.execute("SELECT scheme, level, place FROM area WHERE code = %s", [area]).fetchone()
    scheme, level, place = found or ()
    where = {"scheme": scheme, "area": area, "level": level, "place": place}
    by_hand.insert("unit", name=name, kind=kind, is_open=True, **where)
    found = by_hand.api.execute("SELECT id FROM unit WHERE area = %s AND name = %s", [area, name]).fetchone()
    return int((found or ())[0])


def keeps(by_hand: ByHand, admin: Admin, unit: int, act: str, to: LiteralString) -> None:
    """Change a unit by an act of that name."""
    by_hand.show(admin.token)
    with by_hand.api.transaction():
        by_hand.act(act, unit=unit, by=admin.account, session=admin.session)
        by_hand.change("unit", unit, to)


def made(by_hand: ByHand, admin: Admin, name: str = "Bệnh viện Đa khoa", area: str = HANOI) -> int:
    by_hand.show(admin.token)
    with by_hand.api.transaction():
        unit = new_unit(by_hand, name, area)
        by_hand.act("unit_created", unit=unit, by=admin.account, session=admin.session)
    return unit


def test_names_are_compared_as_everywhere_else(owner: psycopg.Connection) -> None:
    """What the database folds is what `folded_name` folds, for every unit of 2021 and some that are odd."""
    for name, folded in owner.execute("SELECT name, folded FROM unit").fetchall():
        assert folded == folded_name(name)
    for typed in ODD_NAMES:
        add_unit(owner, proper_name(typed), UnitKind.HOSPITAL, NGU_HIEP)
        [[folded]] = owner.execute("SELECT folded FROM unit ORDER BY id DESC LIMIT 1").fetchall()
        assert folded == folded_name(typed)
        owner.execute("DELETE FROM unit WHERE area = %s AND kind = 'hospital'", [NGU_HIEP])
    assert len(list(units())) > 10_000


@pytest.mark.parametrize("twin", ["bệnh viện đa khoa", "BENH VIEN DA KHOA", "Bệnh viện đa Khoa"])
def test_R15_no_two_units_of_an_area_differ_only_in_case_or_diacritics(owner: psycopg.Connection, twin: str) -> None:
    add_unit(owner, "Bệnh viện Đa khoa", UnitKind.HOSPITAL, HANOI)
    add_unit(owner, "Bệnh viện Đa khoa", UnitKind.HOSPITAL, DONG_THAP)
    with refused("unit_scheme_area_folded_key"):
        add_unit(owner, twin, UnitKind.HOSPITAL, HANOI)


@pytest.mark.parametrize(
    ("name", "wall"),
    [
        ("Bệnh viện  Đa khoa", "unit_name_is_one_spelling"),
        (" Bệnh viện", "unit_name_is_one_spelling"),
        ("Bệnh viện\n", "unit_name_is_one_spelling"),
        ("Bệnh viện\tĐa khoa", "unit_name_is_one_spelling"),
        ("Bệnh\u00a0viện", "unit_name_is_one_spelling"),
        ("Be\u0323\u0302nh", "unit_name_is_one_spelling"),
        ("", f"unit_name_at_most_{NAME_MAX_LENGTH}"),
        ("x" * (NAME_MAX_LENGTH + 1), f"unit_name_at_most_{NAME_MAX_LENGTH}"),
    ],
)
def test_T32_a_unit_is_named_in_one_spelling(owner: psycopg.Connection, name: str, wall: str) -> None:
    with refused(wall):
        add_unit(owner, name, UnitKind.HOSPITAL, HANOI)


@pytest.mark.parametrize("typed", ["", "  ", "12", "\u200b", "x" * (NAME_MAX_LENGTH + 1), "q\u0323\u0302"])
def test_what_is_no_name_is_none(typed: str) -> None:
    with pytest.raises(NameInvalid):
        proper_name(typed)


def test_T32_a_name_is_kept_in_one_spelling_however_it_was_typed() -> None:
    assert proper_name(" Be\u0323\u0302nh \u200b viện\u00a0 Đa\nkhoa ") == "Bệnh viện Đa khoa"


def test_R15_a_keeper_makes_edits_closes_and_reopens_a_unit(by_hand: ByHand, admit: Admit) -> None:
    admin = admit(Role.PROVINCE_ADMIN)
    unit = made(by_hand, admin)
    keeps(by_hand, admin, unit, "unit_edited", "name = 'Bệnh viện Mới'")
    keeps(by_hand, admin, unit, "unit_closed", "is_open = false")
    keeps(by_hand, admin, unit, "unit_reopened", "is_open = true")


@pytest.mark.parametrize(
    ("act", "to"),
    [
        ("unit_edited", "is_open = false"),
        ("unit_closed", "name = 'Bệnh viện Mới'"),
        ("unit_reopened", "is_open = false"),
        ("contact_changed", "name = 'Bệnh viện Mới'"),
    ],
)
def test_T25_a_unit_changes_by_the_act_that_fits(by_hand: ByHand, admit: Admit, act: str, to: LiteralString) -> None:
    admin = admit(Role.PROVINCE_ADMIN)
    unit = made(by_hand, admin)
    with refused("unit_change_is_an_act"):
        keeps(by_hand, admin, unit, act, to)


def test_T25_no_unit_is_made_without_its_row_in_the_history(by_hand: ByHand, admit: Admit) -> None:
    admit(Role.PROVINCE_ADMIN)
    with refused("unit_change_is_an_act"):
        new_unit(by_hand, "Bệnh viện Đa khoa")


@pytest.mark.parametrize("role", sorted({Role.COMMUNE_ADMIN, Role.HEALTH_STAFF}))
def test_R15_whoever_keeps_no_units_makes_none(by_hand: ByHand, admit: Admit, role: Role) -> None:
    assert role not in UNIT_KEEPERS
    admit(role)
    with forbidden():
        new_unit(by_hand, "Phòng khám", "00658")


def test_R12_a_unit_out_of_scope_is_neither_made_nor_changed(by_hand: ByHand, admit: Admit) -> None:
    elsewhere = add_unit(by_hand.owner, "Bệnh viện Sa Đéc", UnitKind.HOSPITAL, DONG_THAP)
    own = add_unit(by_hand.owner, "Bệnh viện Thanh Nhàn", UnitKind.HOSPITAL, HANOI)
    admin = admit(Role.PROVINCE_ADMIN)
    with forbidden():
        new_unit(by_hand, "Bệnh viện Mới", DONG_THAP)
    with forbidden():
        by_hand.act("unit_closed", unit=elsewhere, by=admin.account, session=admin.session)
    assert by_hand.api.execute("UPDATE unit SET is_open = false WHERE id = %s", [elsewhere]).rowcount == 0
    place = "area = '87', place = (SELECT place FROM area WHERE code = '87')"
    with forbidden():
        by_hand.change("unit", own, place)


def test_R15_a_unit_is_closed_only_when_nobody_works_there(by_hand: ByHand, admit: Admit) -> None:
    staff, admin = admit(), admit(Role.PROVINCE_ADMIN)
    [[station]] = by_hand.owner.execute("SELECT unit_id FROM account WHERE id = %s", [staff.account]).fetchall()
    with refused("unit_closed_has_no_active_accounts"):
        keeps(by_hand, admin, station, "unit_closed", "is_open = false")
    by_hand.owner.execute("UPDATE account SET is_active = false WHERE id = %s", [staff.account])
    keeps(by_hand, admin, station, "unit_closed", "is_open = false")
    for statement in (
        "UPDATE account SET is_active = true WHERE unit_id = %s",
        "INSERT INTO account (username, password_hash, must_change_password, role, unit_id, unit_level, place,"
        " is_active, api_permission, language, created_at) SELECT 'demo.new', '-', true, role, unit_id, unit_level,"
        " place, true, false, 'vi', created_at FROM account WHERE unit_id = %s",
    ):
        with refused("account_works_at_an_open_unit"):
            by_hand.owner.execute(statement, [station])


def test_R15_a_closing_and_a_coming_at_once_do_not_both_happen(
    by_hand: ByHand, owner_url: str, owner: psycopg.Connection
) -> None:
    """Whoever is second waits for the first, and then sees what it did."""
    staff = by_hand.account()
    owner.execute("UPDATE account SET is_active = false WHERE id = %s", [staff])
    [[station]] = owner.execute("SELECT unit_id FROM account WHERE id = %s", [staff]).fetchall()
    coming: LiteralString = "UPDATE account SET is_active = true WHERE unit_id = %s"
    closing: LiteralString = "UPDATE unit SET is_open = false WHERE id = %s"
    for first, second in ((coming, closing), (closing, coming)):
        owner.execute("UPDATE account SET is_active = false WHERE id = %s", [staff])
        owner.execute("UPDATE unit SET is_open = true WHERE id = %s", [station])
        outcome: list[str | None] = []

        def come_second(statement: LiteralString = second, outcome: list[str | None] = outcome) -> None:
            with psycopg.connect(owner_url) as other:
                try:
                    other.execute(statement, [station])
                except psycopg.errors.IntegrityError as refusal:
                    outcome.append(refusal.diag.constraint_name)

        thread = threading.Thread(target=come_second)
        with psycopg.connect(owner_url) as link:
            link.execute(first, [station])
            thread.start()
            until_somebody_waits(owner)
        thread.join()
        assert outcome == [
            "account_works_at_an_open_unit" if second is coming else "unit_closed_has_no_active_accounts"
        ]


def until_somebody_waits(owner: psycopg.Connection) -> None:
    """Until a statement waits for another transaction's lock."""
    query = sql.SQL("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not (owner.execute(query).fetchone() or (0,))[0]:
        pass
