"""Requests about plans and doses."""

from datetime import date
from uuid import UUID, uuid4

from api.client import Api
from api.schemas.doses import DoseCorrection, NewDose, NewPlan
from models import refusals as r
from tests.api.hands import Town
from tests.faults.asked_about_subjects import ASKS, one_to_find
from tests.faults.asked_inside import inside
from tests.faults.asks import Scene, asks

__all__ = ["ASKS"]  # all of them, the others' too

NAME = "Nguyễn Văn A"
PLAN = NewPlan(day=date(2021, 10, 15), place="Trạm", vaccine="abdala", lots=["A1"], expected=9)


async def one_to_vaccinate(town: Town) -> tuple[Scene, UUID, int, UUID]:
    """Somebody signed in, who has looked a subject up, and a plan of their unit."""
    scene, phone, subject = await one_to_find(town)
    asked = await scene.api.look_up(NAME, phone)
    return scene, asked.id, subject, (await scene.api.make_plan(PLAN)).id


@asks("GET /v1/plans/vaccines")
async def the_vaccines(town: Town) -> Scene:
    return await inside(town, Api.vaccines)


@asks("GET /v1/plans")
async def the_plans(town: Town) -> Scene:
    return await inside(town, Api.plans)


@asks("POST /v1/plans")
async def a_plan(town: Town) -> Scene:
    return await inside(town, lambda api: api.make_plan(PLAN))


@asks("POST /v1/subjects/search/{look_up_id}/{subject_id}/doses")
async def a_dose(town: Town) -> Scene:
    scene, look_up, subject, plan = await one_to_vaccinate(town)
    return scene.now(lambda api: api.record_dose(look_up, subject, NewDose(plan=plan, number=1, lot="A1")))


@asks("POST /v1/subjects/search/{look_up_id}/{subject_id}/doses", refused=r.DoseOutOfTurn)
async def a_second_dose_before_the_first(town: Town) -> Scene:
    scene, look_up, subject, plan = await one_to_vaccinate(town)
    return scene.now(lambda api: api.record_dose(look_up, subject, NewDose(plan=plan, number=2, lot="A1")))


@asks("PATCH /v1/subjects/search/{look_up_id}/{subject_id}/doses/{dose_id}")
async def a_correction_of_a_dose(town: Town) -> Scene:
    scene, look_up, subject, plan = await one_to_vaccinate(town)
    dose = (await scene.api.record_dose(look_up, subject, NewDose(plan=plan, number=1, lot="A1"))).id
    correction = DoseCorrection(version=1, number=1, lot="A2", reason="Nhầm")
    return scene.now(lambda api: api.correct_dose(look_up, subject, dose, correction))


@asks("PATCH /v1/subjects/search/{look_up_id}/{subject_id}/doses/{dose_id}", refused=r.NotFound)
async def a_correction_of_no_dose(town: Town) -> Scene:
    scene, look_up, subject, _ = await one_to_vaccinate(town)
    correction = DoseCorrection(version=1, number=1, lot="A2", reason="Nhầm")
    return scene.now(lambda api: api.correct_dose(look_up, subject, uuid4(), correction))
