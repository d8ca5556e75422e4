"""Requests of staff who work with subjects."""

from uuid import uuid4

from api.client import Api
from models import refusals as r
from models.roles import Role
from models.words import UnitKind
from tests.api.hands import Town
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
