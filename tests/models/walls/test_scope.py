"""The walls around what an account may see and manage, attacked with raw SQL in the API's role (R7-R12)."""

from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from models.roles import GRANTABLE, LEVELS_OF_ROLE, Level, Role
from models.rules import FRESH_OTP
from models.seed import add_unit
from models.words import SENSITIVE, UnitKind
from tests.models.by_hand import NOW, SECOND, ByHand, forbidden, refused
from tests.models.walls.conftest import Admin, Admit

THANH_TRI, DONG_THAP = "020", "87"
NGU_HIEP = "00661"
"""Another commune of the same district."""


def seen(by_hand: ByHand, table: LiteralString = "account") -> set[int]:
    return {row[0] for row in by_hand.api.execute(sql.SQL("SELECT id FROM {}").format(sql.Identifier(table)))}


def test_R12_without_a_token_there_is_nobody(by_hand: ByHand, admit: Admit) -> None:
    admit()
    for token in ("", "x" * 43):
        by_hand.show(token)
        assert seen(by_hand) == set()
        assert seen(by_hand, "unit") == set()
        assert seen(by_hand, "login_history") == set()
        assert seen(by_hand, "admin_act") == set()


def test_R07_R12_an_admin_sees_its_own_scope_and_nothing_else(by_hand: ByHand, admit: Admit) -> None:
    system, hanoi, tu_hiep = admit(Role.SYSTEM_ADMIN), admit(Role.PROVINCE_ADMIN), admit()
    ngu_hiep = admit(area=NGU_HIEP)
    dong_thap = admit(Role.PROVINCE_ADMIN, area=DONG_THAP)
    everybody = {one.account for one in (system, hanoi, tu_hiep, ngu_hiep, dong_thap)}
    for admin, scope in (
        (system, everybody),
        (hanoi, {hanoi.account, tu_hiep.account, ngu_hiep.account}),
        (tu_hiep, {tu_hiep.account}),
        (ngu_hiep, {ngu_hiep.account}),
        (dong_thap, {dong_thap.account}),
    ):
        by_hand.show(admin.token)
        assert seen(by_hand) == scope


@pytest.mark.parametrize("role", [Role.MOBILE_VACCINATOR, Role.SITE_STAFF, Role.HEALTH_STAFF])
def test_R12_who_manages_nothing_sees_themselves_and_their_unit(by_hand: ByHand, admit: Admit, role: Role) -> None:
    admit()
    staff = admit(role)
    assert seen(by_hand) == {staff.account}
    assert len(seen(by_hand, "unit")) == 1


def test_T09_a_forged_scope_sees_nothing(by_hand: ByHand, admit: Admit) -> None:
    """Whatever is set beside the token, and the digest of a token too, which the table would tell."""
    admit()
    digest = by_hand.api.execute("SELECT encode(token_digest, 'hex') FROM session").fetchone()
    by_hand.show("")
    for name, value in (("place", "VN/"), ("account", "1"), ("role", "system_admin"), ("token", str(digest))):
        by_hand.api.execute("SELECT set_config('trambot.' || %s, %s, false)", [name, value])
        assert seen(by_hand) == set()


def test_T19_an_ended_session_and_a_closed_account_see_nothing_more(by_hand: ByHand, admit: Admit) -> None:
    system, hanoi = admit(Role.SYSTEM_ADMIN), admit(Role.PROVINCE_ADMIN)
    by_hand.owner.execute("UPDATE account SET is_active = false WHERE id = %s", [hanoi.account])
    assert seen(by_hand) == {hanoi.account}
    by_hand.owner.execute(
        "UPDATE session SET ended_at = %s, \"end\" = 'by_admin' WHERE id = %s", [NOW + SECOND, hanoi.session]
    )
    assert seen(by_hand) == set()
    by_hand.show(system.token)
    assert seen(by_hand) == {system.account, hanoi.account}


def test_R02_what_was_typed_for_a_name_is_there_for_a_system_admin_alone(by_hand: ByHand, admit: Admit) -> None:
    values = {"at": NOW, "channel": "chat", "source": "chat:1001", "attempt": "unknown_name"}
    by_hand.insert("login_history", id=uuid4(), typed_name_sealed=b"sealed", **values)
    there = "SELECT count(*) FROM login_history WHERE account_id IS NULL"
    for role, count in ((Role.SYSTEM_ADMIN, 1), (Role.PROVINCE_ADMIN, 0), (Role.COMMUNE_ADMIN, 0)):
        by_hand.show(admit(role).token)
        assert by_hand.api.execute(there).fetchone() == (count,)


def test_R02_an_admin_reads_the_login_history_of_its_scope(by_hand: ByHand, admit: Admit) -> None:
    tu_hiep, ngu_hiep, hanoi = admit(), admit(area=NGU_HIEP), admit(Role.PROVINCE_ADMIN)
    whose = "SELECT DISTINCT account_id FROM login_history"
    assert {row[0] for row in by_hand.api.execute(whose)} == {tu_hiep.account, ngu_hiep.account, hanoi.account}
    by_hand.show(tu_hiep.token)
    assert {row[0] for row in by_hand.api.execute(whose)} == {tu_hiep.account}


def new_account(by_hand: ByHand, like: int, **changed: object) -> int:
    """In the API's role, at the unit of an account that is there."""
    columns = "unit_id, unit_level, place, password_hash, language"
    found = by_hand.owner.execute(
        sql.SQL("SELECT {} FROM account WHERE id = %s").format(sql.SQL(columns)), [like]
    ).fetchone()
    values = dict(zip(columns.split(", "), found or (), strict=True)) | {
        "username": "demo.new",
        "role": "commune_admin",
        "is_active": True,
        "api_permission": False,
        "must_change_password": True,
        "created_at": NOW,
    }
    by_hand.insert("account", **values | changed)
    ((account,),) = by_hand.api.execute("SELECT id FROM account WHERE username = 'demo.new'").fetchall()
    return int(account)


def test_R08_R11_an_account_is_made_with_its_row_in_the_history(by_hand: ByHand, admit: Admit) -> None:
    admin = admit()
    with by_hand.api.transaction():
        made = new_account(by_hand, admin.account)
        by_hand.act("created", on=made, by=admin.account, session=admin.session)
    assert seen(by_hand) == {admin.account, made}


def test_T25_no_account_without_its_row_in_the_history(by_hand: ByHand, admit: Admit) -> None:
    admin = admit()
    with refused("account_is_made_by_an_act"):
        new_account(by_hand, admin.account)


@pytest.mark.parametrize("role", sorted(GRANTABLE))
def test_R09_an_admin_makes_only_accounts_of_its_roles(by_hand: ByHand, admit: Admit, role: Role) -> None:
    district = admit(Role.DISTRICT_ADMIN, UnitKind.HOSPITAL, THANH_TRI) if hospital(by_hand) else None
    places = {
        Level.NATIONAL: admit(Role.SYSTEM_ADMIN),
        Level.PROVINCE: admit(Role.PROVINCE_ADMIN),
        Level.DISTRICT: district,
        Level.COMMUNE: admit(),
    }
    own = {Role.SYSTEM_ADMIN: Level.NATIONAL, Role.PROVINCE_ADMIN: Level.PROVINCE, Role.DISTRICT_ADMIN: Level.DISTRICT}
    admin = places[own.get(role, Level.COMMUNE)]
    assert admin is not None
    for wanted in Role:
        [level] = sorted(LEVELS_OF_ROLE[wanted])[:1]
        at = places[level if wanted in GRANTABLE else Level.COMMUNE]
        assert at is not None
        by_hand.show(admin.token)
        with by_hand.api.transaction(force_rollback=True):
            if wanted in GRANTABLE[role] and at.account in seen(by_hand):
                made = new_account(by_hand, at.account, role=wanted)
                by_hand.act("created", on=made, by=admin.account, session=admin.session)
            else:
                with forbidden():
                    new_account(by_hand, at.account, role=wanted)


def hospital(by_hand: ByHand) -> bool:
    """A hospital of the district, because a district has no unit of its own."""
    return bool(add_unit(by_hand.owner, "Bệnh viện", UnitKind.HOSPITAL, THANH_TRI))


def test_R12_no_account_is_made_out_of_scope(by_hand: ByHand, admit: Admit) -> None:
    elsewhere = admit(area=NGU_HIEP)
    admit()
    with forbidden():
        new_account(by_hand, elsewhere.account)


def change(by_hand: ByHand, admin: Admin, account: int, to: LiteralString, act: str = "edited") -> None:
    by_hand.show(admin.token)
    with by_hand.api.transaction():
        by_hand.act(act, on=account, by=admin.account, session=admin.session)
        by_hand.change("account", account, to)


def test_R10_T11_the_api_permission_is_granted_by_few(by_hand: ByHand, admit: Admit) -> None:
    peer, hanoi, admin = admit(), admit(Role.PROVINCE_ADMIN), admit()
    with refused("account_api_permission_is_granted_by_few"):
        change(by_hand, admin, peer.account, "api_permission = true")
    with refused("account_api_permission_is_granted_by_few"), by_hand.api.transaction():
        new_account(by_hand, admin.account, api_permission=True)
    change(by_hand, hanoi, peer.account, "api_permission = true")
    change(by_hand, admin, peer.account, "api_permission = false")


@pytest.mark.parametrize(
    "to",
    [
        "role = 'mobile_vaccinator'",
        "is_active = false",
        "api_permission = true",
        "frozen_at = '2021-10-15'",
        "deleted_at = '2021-10-15', is_active = false",
        "full_name_sealed = 'x'",
    ],
)
def test_T10_nobody_manages_their_own_account(by_hand: ByHand, admit: Admit, to: LiteralString) -> None:
    admin = admit(Role.SYSTEM_ADMIN)
    with refused("account_is_managed_by_somebody_else"):
        by_hand.change("account", admin.account, to)


def test_what_is_ones_own_needs_no_admin(by_hand: ByHand, admit: Admit) -> None:
    staff = admit(Role.HEALTH_STAFF)
    by_hand.change("account", staff.account, "language = 'en', password_hash = 'x', must_change_password = false")


def test_T25_no_change_of_another_without_its_row_in_the_history(by_hand: ByHand, admit: Admit) -> None:
    peer = admit()
    admit()
    with refused("account_change_is_an_act"):
        by_hand.change("account", peer.account, "is_active = false")


def test_a_password_set_for_another_must_be_changed(by_hand: ByHand, admit: Admit) -> None:
    peer, admin = admit(), admit()
    with refused("account_password_of_another_is_for_once"):
        change(by_hand, admin, peer.account, "password_hash = 'x', must_change_password = false", "password_reset")
    change(by_hand, admin, peer.account, "password_hash = 'x', must_change_password = true", "password_reset")


def test_a_deleted_account_stays_so(by_hand: ByHand, admit: Admit) -> None:
    peer, admin = admit(), admit()
    change(by_hand, admin, peer.account, "deleted_at = '2021-10-15', is_active = false", "deleted")
    with refused("account_deleted_stays_so"):
        change(by_hand, admin, peer.account, "deleted_at = NULL")


def test_R12_what_is_out_of_scope_cannot_be_changed(by_hand: ByHand, admit: Admit) -> None:
    above, elsewhere, admin = admit(Role.PROVINCE_ADMIN), admit(area=NGU_HIEP), admit()
    for other in (above, elsewhere):
        found = by_hand.api.execute("UPDATE account SET is_active = false WHERE id = %s", [other.account])
        assert found.rowcount == 0
        with forbidden():
            by_hand.act("edited", on=other.account, by=admin.account, session=admin.session)


def test_the_last_system_admin_stays_whoever_asks(by_hand: ByHand, admit: Admit) -> None:
    first, second = admit(Role.SYSTEM_ADMIN), admit(Role.SYSTEM_ADMIN)
    change(by_hand, second, first.account, "is_active = false", "deactivated")
    with refused("account_of_the_last_system_admin_stays"):
        by_hand.owner.execute("UPDATE account SET is_active = false WHERE id = %s", [second.account])


@pytest.mark.parametrize("act", sorted(SENSITIVE))
def test_a_sensitive_act_follows_a_fresh_otp(by_hand: ByHand, admit: Admit, act: str) -> None:
    peer, admin = admit(), admit()
    by_hand.act(act, on=peer.account, by=admin.account, session=admin.session)
    by_hand.owner.execute("ALTER TABLE session DISABLE TRIGGER session_ends_once")
    by_hand.owner.execute("UPDATE session SET otp_proven_at = otp_proven_at - %s", [FRESH_OTP])
    by_hand.owner.execute("ALTER TABLE session ENABLE TRIGGER session_ends_once")
    with refused("admin_act_follows_a_fresh_otp"):
        by_hand.act(act, on=peer.account, by=admin.account, session=admin.session)
    by_hand.act("edited", on=peer.account, by=admin.account, session=admin.session)


def test_a_session_proves_an_otp_only_by_its_own(by_hand: ByHand, admit: Admit) -> None:
    admin = admit()
    with refused("session_proves_an_otp_by_its_own"):
        by_hand.change("session", admin.session, "otp_proven_at = '2021-10-15 09:00+07'")


def test_T25_an_act_is_of_whoever_is_signed_in_and_never_changed(
    by_hand: ByHand, admit: Admit, owner: psycopg.Connection
) -> None:
    peer, admin = admit(), admit()
    with refused("admin_act_is_of_its_session"):
        by_hand.act("edited", on=admin.account, by=peer.account, session=peer.session)
    with refused("admin_act_is_of_its_session"):
        by_hand.act("edited", on=peer.account, by=admin.account, session=peer.session)
    with refused("admin_act_nobody_acts_on_themselves"):
        by_hand.act("edited", on=admin.account, by=admin.account, session=admin.session)
    by_hand.act("edited", on=peer.account, by=admin.account, session=admin.session)
    for statement in ("UPDATE admin_act SET act = 'deleted'", "DELETE FROM admin_act", "TRUNCATE admin_act CASCADE"):
        with refused("admin_act_is_never_changed"):
            owner.execute(statement)


def test_T08_another_phone_comes_by_an_admins_act_alone(by_hand: ByHand, admit: Admit) -> None:
    peer, admin = admit(), admit()
    to = "phone_sealed = 'x', phone_key = 'y', phone_proof = NULL"
    with refused("account_has_one_first_phone"):
        change(by_hand, admin, peer.account, "phone_sealed = 'x', phone_key = 'y', phone_proof = NULL", "edited")
    change(by_hand, admin, peer.account, "phone_sealed = 'x', phone_key = 'y', phone_proof = NULL", "phone_rebound")
    with refused("account_has_one_first_phone"):
        by_hand.change("account", admin.account, to)


def test_T02_a_disabled_otp_comes_back_by_an_admins_act_alone(by_hand: ByHand, admit: Admit) -> None:
    peer, admin = admit(), admit()
    by_hand.guess_wrong(peer.account, 50)
    with refused("otp_guard_counts_by_1"):
        by_hand.guard(peer.account, 0, 0)
    with by_hand.api.transaction():
        by_hand.act("otp_enabled", on=peer.account, by=admin.account, session=admin.session)
        by_hand.guard(peer.account, 0, 0)
    assert by_hand.guarded(peer.account) == (0, 0, None)


def test_R05_no_admins_act_shortens_a_lock(by_hand: ByHand, admit: Admit) -> None:
    peer, admin = admit(), admit()
    by_hand.guess_wrong(peer.account, 5)
    with refused("otp_guard_is_cleared_by_a_right_otp"), by_hand.api.transaction():
        by_hand.act("otp_enabled", on=peer.account, by=admin.account, session=admin.session)
        by_hand.guard(peer.account, 0, 0)


def test_T08_a_frozen_account_thaws_with_another_number_alone(by_hand: ByHand, admit: Admit) -> None:
    peer, admin = admit(), admit()
    change(by_hand, admin, peer.account, "frozen_at = '2021-10-15'", "phone_frozen")
    for act in ("edited", "reactivated"):
        with refused("account_thaws_with_another_number"):
            change(by_hand, admin, peer.account, "frozen_at = NULL", act)
    change(
        by_hand,
        admin,
        peer.account,
        "frozen_at = NULL, phone_sealed = 'x', phone_key = 'y', phone_proof = NULL",
        "phone_rebound",
    )


def test_R15_a_commune_admin_keeps_no_units(by_hand: ByHand, admit: Admit) -> None:
    admit()
    assert by_hand.api.execute("UPDATE unit SET name = name").rowcount == 0
    assert by_hand.api.execute("SELECT FROM unit").rowcount == 1


def test_R15_no_change_of_a_unit_without_its_row_in_the_history(by_hand: ByHand, admit: Admit) -> None:
    admin = admit(Role.PROVINCE_ADMIN)
    ((station,),) = by_hand.owner.execute("SELECT id FROM unit WHERE area = '00658'").fetchall()
    with refused("unit_change_is_an_act"):
        by_hand.change("unit", station, "is_open = false")
    with by_hand.api.transaction():
        by_hand.act("unit_closed", unit=station, by=admin.account, session=admin.session)
        by_hand.change("unit", station, "is_open = false")
