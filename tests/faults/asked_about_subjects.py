"""Requests of staff who work with subjects."""

from uuid import UUID, uuid4

from api.client import Api
from api.schemas.subjects import Correction, CorrectionOtp, LookAlikes, NewSubject
from models import refusals as r
from models.places import SCHEME_2021
from models.roles import Role
from models.rules import RESEND_PAUSE
from models.words import Gender, SubjectField, UnitKind
from tests.api.hands import Town, another
from tests.faults.asked_inside import inside
from tests.faults.asked_of_keepers import ASKS
from tests.faults.asks import NUMBERS, Scene, asks

__all__ = ["ASKS"]  # all of them, the others' too

NAME = "Nguyễn Văn A"


async def one_to_find(town: Town) -> tuple[Scene, str, int]:
    """Somebody signed in, and a subject with a phone of their own."""
    scene = await inside(town, Api.me)
    phone = f"+84987{next(NUMBERS):06}"
    return scene, phone, town.registry.subject(phones=(phone,))


@asks("POST /v1/subjects/search")
async def a_look_up(town: Town) -> Scene:
    scene, phone, _ = await one_to_find(town)
    return scene.now(lambda api: api.look_up(NAME, phone))


@asks("POST /v1/subjects/search", refused=r.NumberMissing)
async def a_look_up_by_name_alone(town: Town) -> Scene:
    return await inside(town, lambda api: api.look_up(NAME, ""))


@asks("POST /v1/subjects/search", refused=r.NotFound)
async def a_look_up_by_who_works_with_no_subjects(town: Town) -> Scene:
    role, kind = Role.PROVINCE_ADMIN, UnitKind.DEPARTMENT_OF_HEALTH
    return await inside(town, lambda api: api.look_up(NAME, "0987654321"), role=role, kind=kind, area="01")


@asks("GET /v1/subjects/search/{look_up_id}")
async def those_who_were_found(town: Town) -> Scene:
    scene, phone, _ = await one_to_find(town)
    asked = await scene.api.look_up(NAME, phone)
    return scene.now(lambda api: api.found_subjects(asked.id))


@asks("GET /v1/subjects/search/{look_up_id}/{subject_id}")
async def one_who_was_found(town: Town) -> Scene:
    scene, phone, subject = await one_to_find(town)
    asked = await scene.api.look_up(NAME, phone)
    return scene.now(lambda api: api.subject(asked.id, subject))


@asks("GET /v1/subjects/search/{look_up_id}/{subject_id}", refused=r.NotFound)
async def one_who_was_not_found(town: Town) -> Scene:
    scene, _, subject = await one_to_find(town)
    return scene.now(lambda api: api.subject(uuid4(), subject))


async def one_to_register(town: Town, *, looked_for: bool = True) -> tuple[Scene, NewSubject]:
    """Somebody signed in, and somebody new whom they looked for."""
    scene = await inside(town, Api.me)
    phone = f"+84987{next(NUMBERS):06}"
    person = {"full_name": NAME, "birth": "1990", "gender": Gender.MALE, "phones": [phone], "area": "00658"}
    asked = await scene.api.look_for_look_alikes(LookAlikes(full_name=NAME, numbers=[phone]))
    look_ups = [one.id for one in asked.look_ups] if looked_for else []
    return scene, NewSubject(**person, scheme=SCHEME_2021, look_ups=look_ups)


@asks("POST /v1/subjects/look-alikes")
async def a_search_for_look_alikes(town: Town) -> Scene:
    scene, phone, _ = await one_to_find(town)
    return scene.now(lambda api: api.look_for_look_alikes(LookAlikes(full_name=NAME, numbers=[phone])))


@asks("POST /v1/subjects")
async def a_registration(town: Town) -> Scene:
    scene, wanted = await one_to_register(town)
    return scene.now(lambda api: api.register_subject(wanted))


@asks("POST /v1/subjects", refused=r.NotLookedFor)
async def a_registration_of_one_who_was_not_looked_for(town: Town) -> Scene:
    scene, wanted = await one_to_register(town, looked_for=False)
    return scene.now(lambda api: api.register_subject(wanted))


@asks("GET /v1/subjects/areas/mine")
async def where_most_live(town: Town) -> Scene:
    return await inside(town, lambda api: api.home())


@asks("GET /v1/subjects/areas/{scheme}/{code}/parts")
async def where_one_may_live(town: Town) -> Scene:
    return await inside(town, lambda api: api.areas_to_live_in(SCHEME_2021, "020"))


RENAMED = Correction(version=1, full_name="Nguyễn Văn Á")
FOR_THAT = CorrectionOtp(version=1, fields=[SubjectField.FULL_NAME])


async def one_to_correct(town: Town, area: str = "00661") -> tuple[Scene, UUID, int]:
    """Somebody signed in, and a subject of that commune's station whom they looked up."""
    scene = await inside(town, Api.me)
    phone = f"+84987{next(NUMBERS):06}"
    subject = town.registry.subject(phones=(phone,), area=area)
    town.clock.turn(RESEND_PAUSE)
    return scene, (await scene.api.look_up(NAME, phone)).id, subject


@asks("POST /v1/subjects/search/{look_up_id}/{subject_id}/otp")
async def a_code_for_a_correction(town: Town) -> Scene:
    scene, look_up, subject = await one_to_correct(town)
    return scene.now(lambda api: api.send_correction_otp(look_up, subject, FOR_THAT))


@asks("PATCH /v1/subjects/search/{look_up_id}/{subject_id}")
async def a_correction_of_ones_own_units_subject(town: Town) -> Scene:
    scene, look_up, subject = await one_to_correct(town, "00658")
    return scene.now(lambda api: api.correct_subject(look_up, subject, RENAMED))


@asks("PATCH /v1/subjects/search/{look_up_id}/{subject_id}")
async def a_correction_of_anothers(town: Town) -> Scene:
    scene, look_up, subject = await one_to_correct(town)
    await scene.api.send_correction_otp(look_up, subject, FOR_THAT)
    code = scene.code
    return scene.now(lambda api: api.correct_subject(look_up, subject, RENAMED, code))


@asks("PATCH /v1/subjects/search/{look_up_id}/{subject_id}", refused=r.OtpWanted)
async def a_correction_of_anothers_without_a_code(town: Town) -> Scene:
    scene, look_up, subject = await one_to_correct(town)
    return scene.now(lambda api: api.correct_subject(look_up, subject, RENAMED))


@asks("PATCH /v1/subjects/search/{look_up_id}/{subject_id}", refused=r.OtpWrong)
async def a_correction_with_a_wrong_code(town: Town) -> Scene:
    scene, look_up, subject = await one_to_correct(town)
    await scene.api.send_correction_otp(look_up, subject, FOR_THAT)
    code = another(scene.code.get_secret_value())
    return scene.now(lambda api: api.correct_subject(look_up, subject, RENAMED, code))


@asks("POST /v1/subjects/changes/{change_id}/undo")
async def an_undoing(town: Town) -> Scene:
    scene, look_up, subject = await one_to_correct(town, "00658")
    await scene.api.correct_subject(look_up, subject, RENAMED)
    change = town.registry.one("SELECT id FROM subject_change WHERE subject_id = %s", subject)
    return scene.now(lambda api: api.undo_correction(change))


@asks("POST /v1/subjects/changes/{change_id}/undo", refused=r.NotFound)
async def an_undoing_of_nothing(town: Town) -> Scene:
    return await inside(town, lambda api: api.undo_correction(uuid4()))


@asks("POST /v1/subjects/search/{look_up_id}/{subject_id}/full")
async def numbers_in_full(town: Town) -> Scene:
    scene, look_up, subject = await one_to_correct(town)
    return scene.now(lambda api: api.show_in_full(look_up, subject))
