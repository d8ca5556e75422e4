"""The wall around corrections of subjects, attacked with raw SQL in the API's role (R17, T18)."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from models.corrections import changed, otp_object
from models.particulars import Particulars
from models.roles import SUBJECT_KEEPERS, Role
from models.rules import LOOK_UP_LIFETIME
from models.sealed_subjects import opened, sealed
from models.words import Gender, SubjectField
from tests.models.by_hand import NOW, SECOND, ByHand, forbidden, refused
from tests.models.walls.test_subject import LINE, SECRETS, Desk, somebody

NAME, PHONES = SubjectField.FULL_NAME, SubjectField.PHONES
RENAMED = somebody("Nguyễn Văn Á")


class Correcting(Desk):
    """Somebody at the desk of Tứ Hiệp, who has looked up one of another unit's subjects and one of their own."""

    def begin(self, role: Role = Role.COMMUNE_ADMIN) -> None:
        phone = f"+8491235{next(self._phones):04}"
        self.account = self.by_hand.account(phone, role=role)
        self.session = self.by_hand.signed_in(self.account, phone)
        self.phone, self.token = phone, self.by_hand.token

    def sits_elsewhere(self) -> None:
        """At the station of another commune, from where Tứ Hiệp's subjects are others'."""
        phone = f"+8491236{next(self._phones):04}"
        self.account = self.by_hand.account(phone, area="00661")
        self.session = self.by_hand.signed_in(self.account, phone)
        self.phone, self.token = phone, self.by_hand.token

    def confirms(
        self, subject: int, version: int = 1, fields: tuple[SubjectField, ...] = (NAME,), **given: Any
    ) -> None:
        """An OTP for that, used now; the transaction is the caller's."""
        of = otp_object(given.pop("session", self.session), subject, version, fields)
        purpose = given.pop("purpose", "correction")
        account, phone = given.pop("account", self.account), given.pop("phone", self.phone)
        challenge = self.by_hand.challenge(account, phone=phone, purpose=purpose, object=of)
        self.by_hand.sms(challenge, at=NOW + given.pop("late", 120) * SECOND)
        self.by_hand.confirm(challenge, NOW + 121 * SECOND)

    def corrects(
        self,
        look_up: UUID,
        subject: int,
        to: Particulars = RENAMED,
        *,
        version: int = 1,
        at: datetime = NOW,
        **given: Any,
    ) -> int | None:
        """The version that was made."""
        row = self.row(subject)
        new = sealed(to, subject, self.by_hand.keys, SECRETS)
        before = opened(self.by_hand.keys, subject, row[0], row[1], row[2], row[3])
        values = {
            "shown": self.by_hand.token,
            "change": uuid4(),
            "look_up": look_up,
            "subject": subject,
            "version": version,
            "fields": list(changed(before, to)),
            "phone": new.phone_key,
            "document": new.document_key,
            "more": new.more_keys,
            "scheme": new.scheme,
            "area": new.area,
            "sensitive": new.sensitive if to.sensitive != before.sensitive else row[0],
            "rest": new.rest if to.rest != before.rest else row[1],
            "at": at,
        } | given
        asked = sql.SQL("SELECT correct_subject({})").format(sql.SQL(", ").join(map(sql.Placeholder, values)))
        ((made,),) = self.api.execute(asked, values).fetchall()
        return None if made is None else int(made)

    def row(self, subject: int) -> tuple[Any, ...]:
        query = "SELECT sensitive_sealed, rest_sealed, scheme, area, version FROM subject WHERE id = %s"
        [row] = self.by_hand.owner.execute(query, [subject]).fetchall()
        return row

    def undoes(self, change: UUID) -> int | None:
        made = self.one("SELECT undo_correction(%s, %s, %s, %s)", self.by_hand.token, uuid4(), change, NOW)
        return None if made is None else int(made)

    def changes(self) -> list[Any]:
        query = "SELECT version, act, fields FROM subject_change ORDER BY version"
        return self.by_hand.owner.execute(query).fetchall()

    def last_change(self) -> UUID:
        query = "SELECT id FROM subject_change ORDER BY version DESC LIMIT 1"
        [(change,)] = self.by_hand.owner.execute(query).fetchall()
        return UUID(str(change))


@pytest.fixture
def desk(by_hand: ByHand) -> Correcting:
    desk = Correcting(by_hand)
    desk.begin()
    return desk


def test_R17_ones_own_units_subject_is_corrected_without_an_otp_and_found_by_its_new_keys(desk: Correcting) -> None:
    [subject] = desk.keeps(somebody())
    moved = replace(RENAMED, rest=replace(RENAMED.rest, phones=("+84912345678", "+842438253535")))
    assert desk.corrects(desk.asks(), subject, moved) == 2
    assert desk.is_answered(desk.asks(LINE)) == []
    for number in ("0912345678", "02438253535"):
        assert len(desk.is_answered(desk.asks(f"Nguyễn Văn Á {number}"))) == 1
    assert desk.changes() == [(2, "corrected", ["full_name", "phones"])]
    kept = desk.by_hand.owner.execute(
        "SELECT sensitive_sealed, rest_sealed, scheme, area FROM subject_change"
    ).fetchall()
    assert opened(desk.by_hand.keys, subject, *kept[0]) == somebody()


@pytest.mark.parametrize(
    "to",
    [
        RENAMED,
        replace(somebody(), sensitive=replace(somebody().sensitive, address="Thôn Khác")),
        replace(somebody(), sensitive=replace(somebody().sensitive, area="00661")),
        replace(somebody(), sensitive=replace(somebody().sensitive, id_numbers=("001090123456",))),
    ],
)
def test_R17_T18_what_is_sensitive_of_anothers_subject_does_not_change_without_an_otp(
    desk: Correcting, to: Particulars
) -> None:
    [subject] = desk.keeps(somebody())
    desk.sits_elsewhere()
    look_up = desk.asks()
    with refused("subject_of_others_changes_with_its_otp"):
        desk.corrects(look_up, subject, to)
    assert desk.row(subject)[4] == 1
    assert desk.changes() == []


def test_R17_other_fields_of_anothers_subject_need_none(desk: Correcting) -> None:
    [subject] = desk.keeps(somebody())
    desk.sits_elsewhere()
    other = replace(somebody(), rest=replace(somebody().rest, gender=Gender.FEMALE))
    assert desk.corrects(desk.asks(), subject, other) == 2


def test_R17_with_its_otp_it_changes(desk: Correcting) -> None:
    [subject] = desk.keeps(somebody())
    desk.sits_elsewhere()
    look_up = desk.asks()
    with desk.api.transaction():
        desk.confirms(subject)
        assert desk.corrects(look_up, subject) == 2


@pytest.mark.parametrize(
    "for_what",
    [
        {"version": 2},
        {"fields": (SubjectField.BIRTH,)},
        {"fields": (NAME, SubjectField.BIRTH)},
        {"fields": ()},
        {"session": UUID(int=7)},
        {"purpose": "step_up"},
        {"subject": 2**40},
    ],
    ids=str,
)
def test_T18_an_otp_for_anything_else_is_none(desk: Correcting, for_what: dict[str, Any]) -> None:
    [subject] = desk.keeps(somebody())
    desk.sits_elsewhere()
    look_up = desk.asks()
    with refused("subject_of_others_changes_with_its_otp"), desk.api.transaction():
        desk.confirms(**{"subject": subject} | for_what)
        desk.corrects(look_up, subject)


def test_T18_an_otp_of_somebody_else_and_one_that_was_used_before_are_none(desk: Correcting) -> None:
    [subject] = desk.keeps(somebody())
    desk.sits_elsewhere()
    mine, look_up = (desk.account, desk.phone, desk.session), desk.asks()
    token = desk.by_hand.token
    desk.sits_elsewhere()
    desk.by_hand.show(token)
    with refused("subject_of_others_changes_with_its_otp"), desk.api.transaction():
        desk.confirms(subject, session=mine[2])
        desk.corrects(look_up, subject)
    with desk.api.transaction():
        desk.confirms(subject, account=mine[0], phone=mine[1], session=mine[2])
    with refused("subject_of_others_changes_with_its_otp"):
        desk.corrects(look_up, subject)


def test_T18_nothing_that_came_meanwhile_is_overwritten(desk: Correcting) -> None:
    [subject] = desk.keeps(somebody())
    look_up = desk.asks()
    assert desk.corrects(look_up, subject) == 2
    assert desk.corrects(look_up, subject, somebody("Nguyễn Văn C")) is None
    assert desk.corrects(look_up, subject, somebody("Nguyễn Văn C"), version=3) is None
    assert desk.corrects(look_up, subject, somebody("Nguyễn Văn C"), version=2) == 3


def test_R17_only_who_was_looked_up_lately_by_oneself_is_corrected(desk: Correcting) -> None:
    [subject, other] = desk.keeps(somebody(), somebody("Nguyễn Văn B"))
    look_up = desk.asks()
    assert desk.corrects(look_up, other) is None
    assert desk.corrects(look_up, subject, at=NOW + LOOK_UP_LIFETIME) is None
    with desk.api.transaction(force_rollback=True):
        assert desk.corrects(desk.asks(), subject) is None
    desk.begin()
    assert desk.corrects(look_up, subject) is None


@pytest.mark.parametrize(
    ("given", "wall"),
    [
        ({"fields": []}, "subject_change_says_what_it_changes"),
        ({"fields": ["phones"]}, "subject_change_says_what_it_changes"),
        ({"fields": ["full_name", "colour"]}, "subject_change_fields_are_known"),
        ({"area": "020"}, "subject_lives_in_a_commune"),
        ({"phone": None}, "subject_is_found_by_a_number"),
        ({"sensitive": b"x"}, "subject_sensitive_is_sealed"),
    ],
)
def test_R17_a_correction_says_what_it_changes_and_leaves_a_subject(
    desk: Correcting, given: dict[str, Any], wall: str
) -> None:
    [subject] = desk.keeps(somebody())
    look_up = desk.asks()
    with refused(wall):
        desk.corrects(look_up, subject, **given)


def test_R17_only_who_keeps_subjects_corrects_them(desk: Correcting) -> None:
    [subject] = desk.keeps(somebody())
    for role in sorted(set(Role) - {Role.DISTRICT_ADMIN} - SUBJECT_KEEPERS):
        desk.sits(role)
        with forbidden():
            desk.corrects(uuid4(), subject)
        with forbidden():
            desk.undoes(uuid4())


def test_R17_the_unit_that_keeps_it_takes_a_correction_back_keys_and_all(desk: Correcting) -> None:
    both = replace(somebody(), rest=replace(somebody().rest, phones=("+84987654321", "+842438253535")))
    [subject] = desk.keeps(both)
    mine = desk.by_hand.token
    desk.sits_elsewhere()
    look_up = desk.asks()
    with desk.api.transaction():
        desk.confirms(subject)
        assert desk.corrects(look_up, subject) == 2
    change = desk.last_change()
    assert desk.undoes(change) is None  # by those who made it
    desk.by_hand.show(mine)
    assert desk.undoes(change) == 3
    for number in ("0987654321", "02438253535"):
        [row] = desk.is_answered(desk.asks(f"Nguyễn Văn A {number}"))
        assert opened(desk.by_hand.keys, subject, row[8], row[9], row[4], row[5]) == both
    assert desk.is_answered(desk.asks("Nguyễn Văn Á 0987654321")) != []  # diacritics are no difference
    assert desk.undoes(change) == 0
    assert desk.undoes(desk.last_change()) is None  # an undoing is no correction
    assert desk.undoes(uuid4()) is None


def test_T18_what_came_after_a_correction_is_not_undone_with_it(desk: Correcting) -> None:
    [subject] = desk.keeps(somebody())
    look_up = desk.asks()
    desk.corrects(look_up, subject)
    change = desk.last_change()
    desk.corrects(look_up, subject, somebody("Nguyễn Văn C"), version=2)
    assert desk.undoes(change) == 0


def test_R17_whom_it_concerns_is_told_to_whoever_did_it_alone(desk: Correcting) -> None:
    [subject] = desk.keeps(somebody())
    owner_of_it, mine = desk.account, desk.by_hand.token
    desk.sits_elsewhere()
    look_up, corrector = desk.asks(), desk.account
    with desk.api.transaction():
        desk.confirms(subject)
        desk.corrects(look_up, subject)
    change = desk.last_change()
    asked = "SELECT concerned_by(%s)"
    assert desk.api.execute(asked, [change]).fetchall() == [(owner_of_it,)]
    desk.by_hand.show(mine)
    assert desk.api.execute(asked, [change]).fetchall() == []
    assert desk.undoes(change) == 3
    assert (corrector,) in desk.api.execute(asked, [desk.last_change()]).fetchall()


def test_R17_what_writes_a_subject_is_nobodys(desk: Correcting) -> None:
    for function in ("subject_becomes", "subject_change_stays"):
        found = desk.by_hand.owner.execute(
            "SELECT has_function_privilege(%s, oid, 'EXECUTE') FROM pg_proc WHERE proname = %s",
            [desk.api.info.user, function],
        )
        assert found.fetchall() == [(False,)]


def test_T19_an_ended_session_corrects_nothing(desk: Correcting, owner: psycopg.Connection) -> None:
    [subject] = desk.keeps(somebody())
    look_up = desk.asks()
    owner.execute("UPDATE account SET is_active = false")
    with forbidden():
        desk.corrects(look_up, subject)
