"""Correcting subjects through the API: an OTP for another unit's, and what that unit hears (R17, T18)."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from api.acts.notices import opened_facts
from api.client import Api
from api.schemas.subjects import Correction, CorrectionOtp, Residence
from models import refusals as r
from models.deliveries import Delivery
from models.places import SCHEME_2021
from models.roles import Role
from models.rules import MAX_OTP_FAILURES, OTP_LIFETIME, RESEND_PAUSE
from models.sealed_subjects import opened
from models.words import Gender, SubjectField
from tests.api.hands import SECOND, Town, another, count_kinds
from tests.api.test_look_up import PHONE, worker

NAME = "Nguyễn Văn A"
RENAMED = "Nguyễn Văn Á"


@dataclass
class Work:
    """Somebody who has looked up another unit's subject, and somebody of the unit that keeps it."""

    town: Town
    api: Api
    keeper: Api
    subject: int
    look_up: UUID
    phone: str

    async def send(self, *fields: SubjectField, version: int = 1) -> SecretStr:
        """The code that went out for that."""
        self.town.clock.turn(RESEND_PAUSE)
        given = CorrectionOtp(version=version, fields=list(fields or [SubjectField.FULL_NAME]))
        await self.api.send_correction_otp(self.look_up, self.subject, given)
        return SecretStr(self.town.inbox.last_code(self.phone))

    async def correct(self, code: SecretStr | None = None, *, version: int = 1, **changes: Any) -> int:
        given = Correction.model_validate({"version": version} | (changes or {"full_name": RENAMED}))
        return (await self.api.correct_subject(self.look_up, self.subject, given, code)).version

    def name(self) -> str:
        [row] = self.town.registry.rows(
            "SELECT sensitive_sealed, rest_sealed, scheme, area FROM subject WHERE id = %s", self.subject
        )
        return opened(self.town.registry.keys, self.subject, *row).sensitive.full_name

    def told(self) -> list[tuple[str, str, dict[str, str]]]:
        """What is on its way to whom: notice, state and facts."""
        rows = self.town.registry.rows("SELECT cause, account_id, chat, notice, facts_sealed FROM delivery ORDER BY id")
        deliveries = [Delivery(cause=c, account_id=a, chat=t, notice=n, facts_sealed=f) for c, a, t, n, f in rows]
        keys = self.town.registry.keys
        return [
            (str(one.notice), str(one.chat), opened_facts(keys, one)) for one in deliveries if "change" in one.cause
        ]

    async def change(self) -> UUID:
        return UUID(str(self.town.registry.one("SELECT id FROM subject_change ORDER BY version DESC LIMIT 1")))


@pytest.fixture
async def work(town: Town) -> Work:
    subject = town.registry.subject(area="30169", papers=("001090123456",))
    keeper = await worker(town, area="30169")
    api = await worker(town)
    phone = f"+8491200{town.registry.one('SELECT count(*) FROM account') - 1:04}"  # noqa: S608 - no statement
    return Work(town, api, keeper, subject, (await api.look_up(NAME, PHONE)).id, phone)


async def test_R17_another_units_subject_is_corrected_with_an_otp_for_just_that(work: Work) -> None:
    with pytest.raises(r.OtpWanted) as wanted:
        await work.correct()
    assert wanted.value.lines == [SubjectField.FULL_NAME]
    assert await work.correct(await work.send()) == 2
    assert work.name() == RENAMED
    seen = await work.api.subject(work.look_up, work.subject)
    assert (seen.version, seen.full_name) == (2, RENAMED)


@pytest.mark.parametrize(
    "changes",
    [
        {"birth": "1990"},
        {"id_numbers": ["B1234567"]},
        {"residence": Residence(scheme=SCHEME_2021, area="30169", address="Ấp Khác")},
        {"residence": Residence(scheme=SCHEME_2021, area="00658", address="Thôn Cổ Điển A")},
    ],
    ids=str,
)
async def test_R17_each_of_the_sensitive_four_wants_one(work: Work, changes: dict[str, Any]) -> None:
    with pytest.raises(r.OtpWanted) as wanted:
        await work.correct(**changes)
    assert await work.correct(await work.send(*wanted.value.lines), **changes) == 2


@pytest.mark.parametrize("changes", [{"gender": Gender.FEMALE, "id_numbers": []}, {"phones": ["024 3825 3535"]}])
async def test_R17_other_fields_want_none(work: Work, changes: dict[str, Any]) -> None:
    if "id_numbers" in changes:
        await work.correct(await work.send(SubjectField.ID_NUMBERS), id_numbers=[])
        assert await work.correct(version=2, gender=Gender.FEMALE) == 3
        return
    assert await work.correct(**changes) == 2
    assert (await work.api.look_up(NAME, "02438253535")).count == 1
    assert (await work.api.look_up(NAME, PHONE)).count == 0


async def test_R17_ones_own_units_subject_wants_none_and_nobody_is_told(work: Work) -> None:
    asked = await work.keeper.look_up(NAME, PHONE)
    corrected = await work.keeper.correct_subject(asked.id, work.subject, Correction(version=1, full_name=RENAMED))
    assert (corrected.version, corrected.told) == (2, 0)
    assert work.told() == []


async def test_T18_a_code_for_other_fields_another_version_or_another_subject_is_none(work: Work) -> None:
    other = work.town.registry.subject("Nguyễn Văn B", phones=("+84912345678",), area="30169")
    asked = await work.api.look_up("Nguyễn Văn B", "0912345678")
    for_other = CorrectionOtp(version=1, fields=[SubjectField.FULL_NAME])
    for code in (await work.send(SubjectField.BIRTH), await work.send(SubjectField.FULL_NAME, SubjectField.BIRTH)):
        with pytest.raises(r.OtpExpired):
            await work.correct(code)
    work.town.clock.turn(RESEND_PAUSE)
    await work.api.send_correction_otp(asked.id, other, for_other)
    with pytest.raises(r.OtpExpired):
        await work.correct(SecretStr(work.town.inbox.last_code(work.phone)))
    code = await work.send()
    await work.correct(phones=["024 3825 3535"])
    with pytest.raises(r.OtpExpired):
        await work.correct(code, version=2)
    with pytest.raises(r.SubjectChanged):
        await work.correct(code)
    assert work.name() == NAME


async def test_T18_T05_a_step_up_code_and_another_sessions_code_correct_nothing(work: Work) -> None:
    work.town.clock.turn(RESEND_PAUSE)
    await work.api.send_otp()
    with pytest.raises(r.OtpExpired):
        await work.correct(SecretStr(work.town.inbox.last_code(work.phone)))
    code = await work.send()
    stranger = await worker(work.town)
    asked = await stranger.look_up(NAME, PHONE)
    with pytest.raises(r.OtpExpired):
        await stranger.correct_subject(asked.id, work.subject, Correction(version=1, full_name=RENAMED), code)
    assert work.name() == NAME


async def test_T18_a_code_works_once_and_not_too_late(work: Work) -> None:
    code = await work.send()
    work.town.clock.turn(OTP_LIFETIME)
    with pytest.raises(r.OtpExpired):
        await work.correct(code)
    code = await work.send()
    assert await work.correct(code) == 2
    with pytest.raises(r.OtpExpired):
        await work.correct(code, version=2, full_name="Nguyễn Văn Ạ")


async def test_R17_R05_wrong_codes_are_counted_with_all_others(work: Work) -> None:
    code = await work.send()
    for left in range(MAX_OTP_FAILURES - 1, 0, -1):
        with pytest.raises(r.OtpWrong) as wrong:
            await work.correct(another(code.get_secret_value()))
        assert wrong.value.left == left
    with pytest.raises(r.OtpLocked):
        await work.correct(another(code.get_secret_value()))
    with pytest.raises(r.OtpLocked):
        await work.correct(code)
    assert work.name() == NAME


async def test_R17_the_code_goes_to_whoever_corrects_and_never_to_the_subject(work: Work) -> None:
    before = len(work.town.inbox.orders)
    await work.send()
    assert [order["to"] for order in work.town.inbox.orders[before:]] == [work.phone]
    assert "sửa thông tin đối tượng" in work.town.inbox.orders[-1]["text"]


async def test_T18_of_two_who_correct_at_once_one_does_and_the_other_hears_of_it(work: Work) -> None:
    changes = [work.correct(phones=[f"098765{number:04}"]) for number in range(20)]
    outcomes = count_kinds(await asyncio.gather(*changes, return_exceptions=True))
    assert outcomes == {"int": 1, "SubjectChanged": 19}
    assert work.town.registry.one("SELECT count(*) FROM subject_change") == 1


async def test_R17_the_unit_that_keeps_it_hears_what_kind_of_change_was_made_by_whom_and_no_more(work: Work) -> None:
    await work.correct(await work.send(SubjectField.FULL_NAME, SubjectField.BIRTH), full_name=RENAMED, birth="1990")
    [(notice, chat, facts)] = work.told()
    me = await work.api.me()
    assert (notice, chat) == ("subject_corrected", str(work.keeper.chat))
    assert (facts["by"], facts["unit"], facts["fields"]) == (me.username, me.unit.name, "full_name,birth")
    assert not [word for word in ("Nguyễn", "1990", "0987", "001090") if word in str(facts.values())]


async def test_R17_with_one_press_the_unit_that_keeps_it_undoes_it_and_whoever_did_it_hears(work: Work) -> None:
    await work.correct(await work.send(), phones=["024 3825 3535"], full_name=RENAMED)
    change = await work.change()
    with pytest.raises(r.NotFound):
        await work.api.undo_correction(change)
    assert (await work.keeper.undo_correction(change)).version == 3
    assert work.name() == NAME
    assert (await work.api.look_up(NAME, PHONE)).count == 1
    assert [(notice, chat) for notice, chat, _ in work.told()][1:] == [
        ("correction_undone", str(chat)) for chat in sorted([work.keeper.chat or 0, work.api.chat or 0])
    ]
    with pytest.raises(r.SubjectChanged):
        await work.keeper.undo_correction(change)
    with pytest.raises(r.NotFound):
        await work.keeper.undo_correction(uuid4())


async def test_R17_before_and_after_are_kept_sealed(work: Work) -> None:
    await work.correct(await work.send())
    [row] = work.town.registry.rows("SELECT sensitive_sealed, rest_sealed, scheme, area FROM subject_change")
    assert opened(work.town.registry.keys, work.subject, *row).sensitive.full_name == NAME


async def test_R12_R17_nobody_corrects_whom_they_did_not_look_up(work: Work) -> None:
    stranger = await worker(work.town)
    correction = Correction(version=1, full_name=RENAMED)
    for ask in (
        stranger.correct_subject(work.look_up, work.subject, correction),
        stranger.send_correction_otp(
            work.look_up, work.subject, CorrectionOtp(version=1, fields=[SubjectField.FULL_NAME])
        ),
        work.api.correct_subject(uuid4(), work.subject, correction),
    ):
        with pytest.raises(r.NotFound):
            await ask


async def test_R17_a_reader_corrects_nothing(work: Work) -> None:
    reader = await worker(work.town, Role.HEALTH_STAFF)
    asked = await reader.look_up(NAME, PHONE)
    with pytest.raises(r.NotFound):
        await reader.correct_subject(asked.id, work.subject, Correction(version=1, gender=Gender.MALE))
    with pytest.raises(r.NotFound):
        await reader.undo_correction(uuid4())


async def test_R17_what_cannot_be_is_refused_before_anything_is_judged(work: Work) -> None:
    code = await work.send(SubjectField.BIRTH)
    for changes, refusal in (
        ({"birth": "1991"}, r.IdNumberOfAnotherYear),
        ({"gender": Gender.FEMALE}, r.IdNumberOfOtherGender),
        ({"phones": [], "id_numbers": []}, r.NumberMissing),
    ):
        with pytest.raises(refusal):
            await work.correct(code, **changes)
    assert work.town.registry.one("SELECT count(*) FROM subject_change") == 0


async def test_R17_what_is_as_it_was_is_no_change(work: Work) -> None:
    assert await work.correct(full_name="NGUYỄN VĂN A") == 1
    assert work.town.registry.one("SELECT count(*) FROM subject_change") == 0


async def test_R17_the_same_request_twice_corrects_once(work: Work) -> None:
    code = await work.send()
    keyed, given = work.api.under("the-key-of-one-correction"), Correction(version=1, full_name=RENAMED)
    for _ in range(2):
        assert (await keyed.correct_subject(work.look_up, work.subject, given, code)).version == 2
        work.town.clock.turn(SECOND)
    assert work.town.registry.one("SELECT count(*) FROM subject_change") == 1
