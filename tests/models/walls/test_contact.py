"""The walls around contacts: who enters them, who sees them, and whom they help (R15)."""

from typing import Any

import pytest
from psycopg import sql

from models.roles import Role
from models.seed import add_unit, find_unit
from models.words import UnitKind
from tests.models.by_hand import NOW, ByHand, forbidden, refused
from tests.models.walls.conftest import HANOI, Admin, Admit
from tests.models.walls.test_scope import DONG_THAP, NGU_HIEP


def unit_of(by_hand: ByHand, admin: Admin) -> tuple[int, str]:
    query = "SELECT u.id, u.kind FROM account a JOIN unit u ON u.id = a.unit_id WHERE a.id = %s"
    [(unit, kind)] = by_hand.owner.execute(query, [admin.account]).fetchall()
    return int(unit), str(kind)


def enters(by_hand: ByHand, admin: Admin, unit: tuple[int, str], kind: str = "focal_officer") -> None:
    """In the API's role, by an act."""
    by_hand.show(admin.token)
    with by_hand.api.transaction():
        by_hand.act("contact_changed", unit=unit[0], by=admin.account, session=admin.session)
        by_hand.insert("contact", unit_id=unit[0], kind=kind, unit_kind=unit[1], sealed=b"-", changed_at=NOW)


def helped(by_hand: ByHand, admin: Admin) -> list[tuple[Any, ...]]:
    by_hand.show(admin.token)
    return by_hand.api.execute("SELECT unit_name, kind, sealed IS NOT NULL FROM my_help()").fetchall()


def test_R15_a_units_own_admin_enters_its_focal_officer_and_nobody_elses(by_hand: ByHand, admit: Admit) -> None:
    neighbour, admin = admit(area=NGU_HIEP), admit()
    own, theirs = unit_of(by_hand, admin), unit_of(by_hand, neighbour)
    enters(by_hand, admin, own)
    with forbidden():
        enters(by_hand, admin, theirs)
    assert by_hand.api.execute("SELECT unit_id FROM contact").fetchall() == [(own[0],)]
    by_hand.show(neighbour.token)
    assert by_hand.api.execute("SELECT unit_id FROM contact").fetchall() == []
    assert by_hand.api.execute("UPDATE contact SET sealed = 'x'").rowcount == 0


def test_R15_support_is_entered_by_keepers_for_departments_and_the_ministry(by_hand: ByHand, admit: Admit) -> None:
    system, hanoi, tu_hiep = admit(Role.SYSTEM_ADMIN), admit(Role.PROVINCE_ADMIN), admit()
    enters(by_hand, hanoi, unit_of(by_hand, hanoi), "support")
    enters(by_hand, system, unit_of(by_hand, system), "support")
    with refused("contact_support_is_of_few"):
        enters(by_hand, hanoi, unit_of(by_hand, tu_hiep), "support")
    with forbidden():
        enters(by_hand, tu_hiep, unit_of(by_hand, tu_hiep), "support")


@pytest.mark.parametrize("role", [Role.MOBILE_VACCINATOR, Role.SITE_STAFF])
def test_R15_staff_enter_nothing(by_hand: ByHand, admit: Admit, role: Role) -> None:
    staff = admit(role)
    unit, kind = unit_of(by_hand, staff)
    with forbidden():
        by_hand.insert("contact", unit_id=unit, kind="focal_officer", unit_kind=kind, sealed=b"-", changed_at=NOW)


def test_T25_no_contact_changes_without_its_row_in_the_history(by_hand: ByHand, admit: Admit) -> None:
    admin = admit()
    unit, kind = unit_of(by_hand, admin)
    with refused("contact_change_is_an_act"):
        by_hand.insert("contact", unit_id=unit, kind="focal_officer", unit_kind=kind, sealed=b"-", changed_at=NOW)
    enters(by_hand, admin, (unit, kind))
    with refused("contact_change_is_an_act"):
        by_hand.api.execute("UPDATE contact SET sealed = 'x'")
    with refused("contact_change_is_an_act"), by_hand.api.transaction():
        by_hand.act("unit_edited", unit=unit, by=admin.account, session=admin.session)
        by_hand.api.execute("UPDATE contact SET sealed = 'x'")


def test_R15_staff_are_helped_by_their_department_and_it_by_those_above(by_hand: ByHand, admit: Admit) -> None:
    system, hanoi, staff = admit(Role.SYSTEM_ADMIN), admit(Role.PROVINCE_ADMIN), admit(Role.HEALTH_STAFF)
    far = admit(Role.PROVINCE_ADMIN, area=DONG_THAP)
    department, ministry = "Sở Y tế thành phố Hà Nội", "Bộ Y tế"
    assert helped(by_hand, staff) == [(department, "focal_officer", False)]
    assert helped(by_hand, hanoi) == [(department, "support", False), (ministry, "support", False)]
    enters(by_hand, hanoi, unit_of(by_hand, hanoi))
    enters(by_hand, hanoi, unit_of(by_hand, hanoi), "support")
    enters(by_hand, system, unit_of(by_hand, system), "support")
    assert helped(by_hand, staff) == [(department, "focal_officer", True)]
    assert helped(by_hand, hanoi) == [(department, "support", True), (ministry, "support", True)]
    assert [row[2] for row in helped(by_hand, far)] == [False, True]
    assert helped(by_hand, system) == [(ministry, "support", True)]
    by_hand.show("")
    assert by_hand.api.execute("SELECT FROM my_help()").fetchall() == []


def test_R15_a_unit_that_changes_its_kind_keeps_its_officer(by_hand: ByHand, admit: Admit) -> None:
    admin = admit(Role.PROVINCE_ADMIN)
    unit = add_unit(by_hand.owner, "Bệnh viện Đa khoa", UnitKind.HOSPITAL, HANOI)
    enters(by_hand, admin, (unit, "hospital"))
    by_hand.owner.execute("UPDATE unit SET kind = 'vaccination_site' WHERE id = %s", [unit])
    assert by_hand.owner.execute(sql.SQL("SELECT unit_kind FROM contact")).fetchall() == [("vaccination_site",)]
    assert find_unit(by_hand.owner, UnitKind.VACCINATION_SITE, HANOI) == unit
