"""The service, put together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from typing import Any

import structlog
from fastapi import FastAPI

from api.acts import password_waits, request_list, request_reminders
from api.client.faults import Problem
from api.effects import KeysInUse, forget_old
from api.errands import Errands
from api.faults import DATABASE_FAULTS, about, answer_faults
from api.installation import Installation, Words
from api.passwords import Passwords
from api.refusals import PROBLEM_JSON
from api.routers import (
    account_requests,
    accounts,
    activations,
    areas,
    captchas,
    deliveries,
    doses,
    effects,
    health,
    me,
    metrics,
    plans,
    request_lists,
    sessions,
    sign_ins,
    subjects,
    units,
)
from api.settings import ApiSettings
from api.sms import HttpGateway
from api.spreadsheets.tables import Tables
from api.watch import Measured, Watch
from models.clock import Clock
from models.database import Database

log = structlog.stdlib.get_logger()

ABOUT = """The account work of the vaccination registry: signing in with an OTP, sessions, the login history.

Send `Idempotency-Key` with whatever changes something, and ask again under the same key if no answer came.
Refusals are problem documents (RFC 9457); `code` and `facts` are for programs, `detail` is for people, in the
language of `Accept-Language` (vi, en)."""
SWEEPING_EVERY = 600  # seconds

ROUTERS = (
    sign_ins,
    activations,
    captchas,
    me,
    sessions,
    accounts,
    account_requests,
    request_lists,
    areas,
    units,
    subjects,
    plans,
    doses,
    effects,
    deliveries,
    health,
    metrics,
)


def make_app(settings: ApiSettings, words: Words, clock: Clock) -> FastAPI:
    """The service, to be served as it is: with its own log lines, and no other proxy headers than its own (T39)."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with opened(settings, words, clock) as house, asyncio.TaskGroup() as group:
            app.state.house = house
            sweeping = group.create_task(_sweep(house))
            yield
            sweeping.cancel()

    app = Service(
        title="TramBot",
        description=ABOUT,
        version="1",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    for noun in ROUTERS:
        app.include_router(noun.router)
    answer_faults(app, [route for noun in ROUTERS for route in noun.router.routes])
    app.add_middleware(Measured)
    app.add_middleware(Watch)  # added last, so outermost
    return app


@asynccontextmanager
async def opened(settings: ApiSettings, words: Words, clock: Clock) -> AsyncIterator[Installation]:
    """What the requests share, let go at the end."""
    async with AsyncExitStack() as at_the_end:
        database = await at_the_end.enter_async_context(Database.opened(settings.database_url.get_secret_value()))
        passwords = at_the_end.enter_context(closing(Passwords()))
        sms = await at_the_end.enter_async_context(HttpGateway.opened(str(settings.sms_url), settings.sms_key))
        group = await at_the_end.enter_async_context(asyncio.TaskGroup())  # its errands end before the rest does
        errands = Errands(group, lambda fault: log.error("errand_failed", **about(fault)))
        yield Installation(settings, words, clock, database, passwords, sms, Tables(), KeysInUse(), errands)


class Service(FastAPI):
    """FastAPI, describing its problems as they are."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        document = super().openapi()
        schemas = document["components"]["schemas"]
        for of_fastapi in ("HTTPValidationError", "ValidationError"):
            schemas.pop(of_fastapi, None)
        schemas["Problem"] = Problem.model_json_schema()
        content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operation in (of for path in document["paths"].values() for of in path.values()):
            answers = operation["responses"]
            if PROBLEM_JSON not in answers.get("422", {"content": {}})["content"]:
                answers["422"] = {"description": "`Malformed`: does not fit the schema.", "content": content}
            answers["default"] = {"description": "Any other problem.", "content": content}
        return document


async def _sweep(house: Installation) -> None:
    """Forget, from time to time, what is kept for a time only; remind of what waits."""
    while True:
        await asyncio.sleep(SWEEPING_EVERY)
        try:
            async with house.database.changing() as db:
                await forget_old(db, house.now())
                await password_waits.forget_old(db, house.now())
                await request_list.forget_old(db, house.now())
            await request_reminders.remind(house)
        except DATABASE_FAULTS as fault:
            log.warning("unswept", **about(fault))
