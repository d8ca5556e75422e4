"""The walls around account requests and the decisions on them, attacked in the API's role (R13, R14, T12)."""

from typing import LiteralString
from uuid import UUID, uuid4

import pytest

from models.roles import Role
from models.rules import FRESH_OTP
from models.words import UnitKind
from tests.models.by_hand import NOW, PHONE, SECOND, ByHand, forbidden, refused
from tests.models.walls.conftest import Admin, Admit
from tests.models.walls.test_scope import hospital, new_account, seen

DONG_THAP, THANH_TRI, NGU_HIEP = "87", "020", "00661"
ASKED_FOR = "+84987654321"
DECIDED = NOW + SECOND


def ask(by_hand: ByHand, asker: Admin, **changed: object) -> UUID:
    """A request of the admin's own unit."""
    found = by_hand.owner.execute("SELECT unit_id, unit_level, place FROM account WHERE id = %s", [asker.account])
    unit, level, place = found.fetchone() or (None, None, None)
    by_hand.show(asker.token)
    values = {
        "id": uuid4(),
        "unit_id": unit,
        "unit_level": level,
        "place": place,
        "by_account_id": asker.account,
        "asked_at": NOW,
        "person_sealed": b"-",
        "person_key": by_hand.keys.digest("person", f"moi|{ASKED_FOR}"),
        "phone_key": by_hand.phone_key(ASKED_FOR),
        "rights": ["data_entry"],
        "proposed_role": "site_staff",
        "state": "waiting",
    }
    return by_hand.insert("account_request", **values | changed)


def reject(by_hand: ByHand, boss: Admin, request: UUID, *, act: str = "request_rejected") -> None:
    """A whole rejection, as the API writes it."""
    by_hand.show(boss.token)
    with by_hand.api.transaction():
        written(by_hand, act, request, by=boss)
        decide(by_hand, request, state="rejected", by=boss, reason_sealed=b"-")


def written(by_hand: ByHand, act: str, request: UUID, *, by: Admin, account: int | None = None) -> None:
    by_hand.insert(
        "admin_act",
        id=uuid4(),
        at=DECIDED,
        facts_sealed=b"-",
        act=act,
        by_account_id=by.account,
        session_id=by.session,
        account_id=account,
        request_id=request,
    )


def decide(by_hand: ByHand, request: UUID, *, state: str, by: Admin, **more: object) -> int:
    """The update alone; how many rows it changed."""
    values = {"state": state, "decided_by": by.account, "decided_at": DECIDED} | more
    sets = ", ".join(f"{name} = %({name})s" for name in values)
    query = f"UPDATE account_request SET {sets} WHERE id = %(request)s"  # noqa: S608 - columns of the test's own
    return by_hand.api.execute(query.encode(), values | {"request": request}).rowcount


def state_of(by_hand: ByHand, request: UUID) -> str:
    found = by_hand.owner.execute("SELECT state FROM account_request WHERE id = %s", [request]).fetchone()
    return str(found and found[0])


def test_R13_R12_requests_are_there_for_who_manages_their_place_and_for_nobody_else(
    by_hand: ByHand, admit: Admit
) -> None:
    asker, boss = admit(), admit(Role.PROVINCE_ADMIN)
    strangers = [admit(area=NGU_HIEP), admit(Role.PROVINCE_ADMIN, area=DONG_THAP), admit(Role.HEALTH_STAFF)]
    request = ask(by_hand, asker)
    for one in (asker, boss):
        by_hand.show(one.token)
        assert seen(by_hand, "account_request") == {request}
    for one in strangers:
        by_hand.show(one.token)
        assert seen(by_hand, "account_request") == set()
    by_hand.show("")
    assert seen(by_hand, "account_request") == set()


def test_R13_one_asks_in_ones_own_name_for_ones_own_place(by_hand: ByHand, admit: Admit) -> None:
    asker, neighbour, staff = admit(), admit(area=NGU_HIEP), admit(Role.SITE_STAFF)
    with forbidden():
        ask(by_hand, asker, by_account_id=neighbour.account)
    with forbidden():
        ask(by_hand, staff)
    found = by_hand.owner.execute("SELECT unit_id, place FROM account WHERE id = %s", [neighbour.account]).fetchone()
    unit, place = found or (None, None)
    with forbidden():
        ask(by_hand, asker, unit_id=unit, place=place)


def test_R13_nobody_asks_for_what_is_decided_already(by_hand: ByHand, admit: Admit) -> None:
    asker = admit()
    decided = {"state": "rejected", "decided_by": asker.account, "decided_at": NOW, "reason_sealed": b"-"}
    with forbidden():
        ask(by_hand, asker, **decided)


def test_R13_a_person_is_asked_for_once_at_a_time(by_hand: ByHand, admit: Admit) -> None:
    asker, boss = admit(), admit(Role.PROVINCE_ADMIN)
    request = ask(by_hand, asker)
    with refused("account_request_waits_once"):
        ask(by_hand, asker)
    reject(by_hand, boss, request)
    ask(by_hand, asker)


@pytest.mark.parametrize(
    ("changed", "wall"),
    [
        ({"rights": []}, "account_request_rights_are_known"),
        ({"rights": ["everything"]}, "account_request_rights_are_known"),
        ({"proposed_role": "province_admin"}, "account_request_proposed_role_fits_level"),
    ],
)
def test_R13_a_request_is_for_rights_and_a_role_that_there_are(
    by_hand: ByHand, admit: Admit, changed: dict[str, object], wall: str
) -> None:
    with refused(wall):
        ask(by_hand, admit(), **changed)


def test_R14_T12_the_first_decision_stands(by_hand: ByHand, admit: Admit) -> None:
    asker, boss, other = admit(), admit(Role.PROVINCE_ADMIN), admit(Role.PROVINCE_ADMIN)
    request = ask(by_hand, asker)
    reject(by_hand, boss, request)
    for again in (boss, other):
        with refused("account_request_is_decided_once"):
            reject(by_hand, again, request)
    by_hand.show(asker.token)
    with refused("account_request_is_decided_once"):
        decide(by_hand, request, state="withdrawn", by=asker)
    with refused("account_request_is_decided_once"):
        by_hand.owner.execute("UPDATE account_request SET decided_at = %s", [NOW])


def test_R14_only_the_provinces_supervisor_decides(by_hand: ByHand, admit: Admit) -> None:
    hospital(by_hand)
    asker, peer = admit(), admit()
    above = [admit(Role.SYSTEM_ADMIN), admit(Role.DISTRICT_ADMIN, UnitKind.HOSPITAL, THANH_TRI), peer]
    request = ask(by_hand, asker)
    for one in above:
        with refused("account_request_is_decided_by_its_supervisor"):
            reject(by_hand, one, request)
    stranger = admit(Role.PROVINCE_ADMIN, area=DONG_THAP)
    assert decide(by_hand, request, state="rejected", by=stranger, reason_sealed=b"-") == 0
    with forbidden():
        written(by_hand, "request_rejected", request, by=stranger)
    assert state_of(by_hand, request) == "waiting"


def test_T12_who_was_demoted_meanwhile_decides_nothing(by_hand: ByHand, admit: Admit) -> None:
    asker, boss = admit(), admit(Role.PROVINCE_ADMIN)
    request = ask(by_hand, asker)
    by_hand.owner.execute("UPDATE account SET role = 'site_staff' WHERE id = %s", [boss.account])
    by_hand.show(boss.token)
    assert decide(by_hand, request, state="rejected", by=boss, reason_sealed=b"-") == 0


def test_R14_requests_of_the_ministry_are_the_system_admins(by_hand: ByHand, admit: Admit) -> None:
    asker, other = admit(Role.SYSTEM_ADMIN), admit(Role.SYSTEM_ADMIN)
    request = ask(by_hand, asker)
    reject(by_hand, other, request)
    assert state_of(by_hand, request) == "rejected"


def test_R14_T12_nobody_decides_on_what_they_asked_for(by_hand: ByHand, admit: Admit) -> None:
    boss = admit(Role.PROVINCE_ADMIN)
    request = ask(by_hand, boss)
    with refused("account_request_nobody_decides_on_their_own"):
        reject(by_hand, boss, request)


def test_R14_T12_nobody_decides_on_what_is_asked_for_them(by_hand: ByHand, admit: Admit) -> None:
    asker, boss = admit(), admit(Role.PROVINCE_ADMIN)
    [[phone_key]] = by_hand.owner.execute("SELECT phone_key FROM account WHERE id = %s", [boss.account]).fetchall()
    by_hand.owner.execute("UPDATE account SET email_sealed = 'x', email_key = 'y' WHERE id = %s", [boss.account])
    by_phone = ask(by_hand, asker, phone_key=phone_key, person_key=b"1")
    by_email = ask(by_hand, asker, email_key=b"y", person_key=b"2")
    for request in (by_phone, by_email):
        with refused("account_request_is_decided_by_somebody_else"):
            reject(by_hand, boss, request)


def test_R14_T12_nobody_decides_in_the_name_of_another(by_hand: ByHand, admit: Admit) -> None:
    asker, other, boss = admit(), admit(Role.PROVINCE_ADMIN), admit(Role.PROVINCE_ADMIN)
    request = ask(by_hand, asker)
    by_hand.show(boss.token)
    with refused("account_request_is_decided_in_ones_own_name"):
        decide(by_hand, request, state="rejected", by=other, reason_sealed=b"-")


def test_R14_T25_a_decision_has_its_row_in_the_history_after_a_fresh_otp(by_hand: ByHand, admit: Admit) -> None:
    asker, boss = admit(), admit(Role.PROVINCE_ADMIN)
    request, another = ask(by_hand, asker), ask(by_hand, asker, person_key=b"another")
    by_hand.show(boss.token)
    with refused("account_request_decision_is_an_act"):
        decide(by_hand, request, state="rejected", by=boss, reason_sealed=b"-")
    with refused("account_request_decision_is_an_act"), by_hand.api.transaction():
        written(by_hand, "request_rejected", another, by=boss)
        decide(by_hand, request, state="rejected", by=boss, reason_sealed=b"-")
    with refused("account_request_decision_is_an_act"):
        reject(by_hand, boss, request, act="edited")
    by_hand.owner.execute("ALTER TABLE session DISABLE TRIGGER session_ends_once")
    by_hand.owner.execute("UPDATE session SET otp_proven_at = otp_proven_at - %s", [FRESH_OTP])
    by_hand.owner.execute("ALTER TABLE session ENABLE TRIGGER session_ends_once")
    with refused("admin_act_follows_a_fresh_otp"):
        reject(by_hand, boss, request)


def test_R14_a_rejection_has_a_reason(by_hand: ByHand, admit: Admit) -> None:
    asker, boss = admit(), admit(Role.PROVINCE_ADMIN)
    request = ask(by_hand, asker)
    by_hand.show(boss.token)
    with refused("account_request_rejected_for_a_reason"), by_hand.api.transaction():
        written(by_hand, "request_rejected", request, by=boss)
        decide(by_hand, request, state="rejected", by=boss)


@pytest.mark.parametrize(
    ("made", "granted", "wall"),
    [
        ({}, "site_staff", None),
        ({}, "commune_admin", "account_request_grants_what_was_asked_for"),
        ({"role": "commune_admin"}, "commune_admin", None),
        ({"phone_key": b"another", "phone_sealed": b"-"}, "site_staff", "account_request_grants_what_was_asked_for"),
        ({"api_permission": True}, "site_staff", "account_request_grants_what_was_asked_for"),
    ],
)
def test_R14_T11_an_approval_makes_the_account_that_was_asked_for(
    by_hand: ByHand, admit: Admit, made: dict[str, object], granted: str, wall: str | None
) -> None:
    asker, boss = admit(), admit(Role.PROVINCE_ADMIN)
    request = ask(by_hand, asker)
    by_hand.show(boss.token)

    def approve() -> None:
        usual = {"role": "site_staff", "phone_key": by_hand.phone_key(ASKED_FOR), "phone_sealed": b"-"}
        with by_hand.api.transaction():
            account = new_account(by_hand, asker.account, **usual | {"created_at": DECIDED} | made)
            written(by_hand, "request_approved", request, by=boss, account=account)
            decide(by_hand, request, state="approved", by=boss, granted_role=granted, account_id=account)

    if wall is None:
        approve()
        assert state_of(by_hand, request) == "approved"
    else:
        with refused(wall):
            approve()
        assert state_of(by_hand, request) == "waiting"


def test_R14_an_approval_makes_a_new_account_and_not_one_that_is_there(by_hand: ByHand, admit: Admit) -> None:
    asker, boss, old = admit(), admit(Role.PROVINCE_ADMIN), by_hand.account(ASKED_FOR, role=Role.SITE_STAFF)
    request = ask(by_hand, asker)
    by_hand.show(boss.token)
    with refused("account_request_grants_what_was_asked_for"), by_hand.api.transaction():
        written(by_hand, "request_approved", request, by=boss, account=old)
        decide(by_hand, request, state="approved", by=boss, granted_role="site_staff", account_id=old)


def test_R13_a_request_is_withdrawn_by_its_unit(by_hand: ByHand, admit: Admit) -> None:
    asker, colleague, boss = admit(), admit(), admit(Role.PROVINCE_ADMIN)
    request = ask(by_hand, asker)
    by_hand.show(boss.token)
    with refused("account_request_is_withdrawn_by_its_unit"):
        decide(by_hand, request, state="withdrawn", by=boss)
    by_hand.show(colleague.token)
    assert decide(by_hand, request, state="withdrawn", by=colleague) == 1


def test_T25_a_request_that_waits_goes_to_a_colleague_when_its_asker_leaves(by_hand: ByHand, admit: Admit) -> None:
    asker, heir, elsewhere, boss = admit(), admit(), admit(area=NGU_HIEP), admit(Role.PROVINCE_ADMIN)
    request = ask(by_hand, asker)
    by_hand.show(boss.token)

    def hand_over(
        to: Admin, act: str = "handed_over", leaver: LiteralString = "is_active = false", more: str = ""
    ) -> None:
        with by_hand.api.transaction():
            by_hand.act(act, on=asker.account, by=boss.account, session=boss.session)
            by_hand.change("account", asker.account, leaver)
            query = f"UPDATE account_request SET by_account_id = %s {more} WHERE id = %s"  # noqa: S608 - the test's own
            by_hand.api.execute(query.encode(), [to.account, request])

    with refused("account_request_is_handed_over"):
        hand_over(heir, "edited")
    with refused("account_request_is_handed_over"):
        hand_over(elsewhere)
    with refused("account_request_is_handed_over"):
        hand_over(heir, leaver="is_active = true")
    with refused("account_request_is_handed_over"):
        hand_over(heir, more=f", state = 'withdrawn', decided_at = now(), decided_by = {boss.account}")
    hand_over(heir)
    assert by_hand.owner.execute("SELECT by_account_id FROM account_request").fetchall() == [(heir.account,)]


def test_T25_what_was_asked_for_is_never_changed_nor_removed(by_hand: ByHand, admit: Admit) -> None:
    ask(by_hand, admit())
    for statement in (
        "UPDATE account_request SET person_sealed = 'x'",
        "UPDATE account_request SET phone_key = 'x'",
        "UPDATE account_request SET proposed_role = 'commune_admin'",
        "DELETE FROM account_request",
    ):
        with forbidden():
            by_hand.api.execute(statement.encode())


def test_R14_those_who_may_decide_are_named_to_who_sees_the_request_and_to_nobody_else(
    by_hand: ByHand, admit: Admit
) -> None:
    asker, boss, other = admit(), admit(Role.PROVINCE_ADMIN), admit(Role.PROVINCE_ADMIN)
    closed, far = admit(Role.PROVINCE_ADMIN), admit(Role.PROVINCE_ADMIN, area=DONG_THAP)
    by_hand.owner.execute("UPDATE account SET is_active = false WHERE id = %s", [closed.account])
    [[own_phone]] = by_hand.owner.execute("SELECT phone_key FROM account WHERE id = %s", [other.account]).fetchall()
    usual, of_other = ask(by_hand, asker), ask(by_hand, asker, phone_key=own_phone, person_key=b"other")
    deciders = "SELECT deciders_of(%s)"
    assert {row[0] for row in by_hand.api.execute(deciders, [usual])} == {boss.account, other.account}
    assert {row[0] for row in by_hand.api.execute(deciders, [of_other])} == {boss.account}
    by_hand.show(far.token)
    assert by_hand.api.execute(deciders, [usual]).fetchall() == []


def test_R14_a_free_username_is_the_one_wanted_or_the_next(by_hand: ByHand, admit: Admit) -> None:
    admit()
    free = "SELECT free_username(%s)"
    taken = by_hand.owner.execute("SELECT username FROM account").fetchone()
    name = str(taken and taken[0])
    assert by_hand.api.execute(free, ["moitt"]).fetchone() == ("moitt",)
    assert by_hand.api.execute(free, [name]).fetchone() == (f"{name}2",)
    by_hand.owner.execute("UPDATE account SET username = 'moitt'")
    by_hand.account(PHONE)
    by_hand.owner.execute("UPDATE account SET username = 'moitt9' WHERE username <> 'moitt'")
    assert by_hand.api.execute(free, ["moitt"]).fetchone() == ("moitt10",)
    by_hand.show("")
    assert by_hand.api.execute(free, ["moitt"]).fetchone() == (None,)
