"""Files in requests and answers, at a door of the tests' own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import APIRouter, Response

from api.app import make_app
from api.client import Api
from api.client.faults import ApiSilent
from api.client.files import FileMade, FileSent
from api.doors import Door
from api.files import Upload, file_answer
from api.schemas.accounts import AccountsCounted
from api.settings import ApiSettings
from api.turns import Changing, Reading
from conversations.texts import word
from models.refusals import FileGone, FileTooBig, Malformed
from models.rules import MAX_FILE_BYTES
from tests.api.hands import SERVICE_KEY, HandClock, Town, served

NAME = "danh sách «đơn vị» 100%.xlsx"
OCTETS = "application/octet-stream"
weighed: list[int] = []
router = APIRouter(route_class=Door)


@router.post("/v1/weights")
async def weigh(turn: Changing, content: Upload) -> AccountsCounted:
    """Written with what is shared before the file: the order of a route's parameters must not matter."""
    weighed.append(len(content))
    return AccountsCounted(count=len(content))


@router.get("/v1/weights/sheet")
async def sheet(turn: Reading) -> Response:
    return file_answer(NAME, b"\x00\xff", "text/csv")


class Scales(Api):
    """The client of those routes."""

    async def weigh(self, file: FileSent) -> AccountsCounted:
        return await self._upload("POST", "weights", AccountsCounted, file)

    async def sheet(self) -> FileMade:
        return await self._download("weights/sheet")


async def gives(file: str) -> bytes:
    return bytes(int(file))


@pytest.fixture
async def scales(settings: ApiSettings, town: Town) -> AsyncIterator[Scales]:
    app = make_app(settings, word, HandClock())
    app.include_router(router)
    weighed.clear()
    async with served(app) as url:
        yield Scales(town.http, url, service_key=SERVICE_KEY, chat=1, patience=30, fetch=gives)


def of(size: int) -> FileSent:
    return FileSent(str(size), NAME, size)


@pytest.mark.parametrize("size", [1, 100_000, MAX_FILE_BYTES])
async def test_a_file_arrives_as_it_is(scales: Scales, size: int) -> None:
    assert (await scales.weigh(of(size))).count == size


async def test_a_file_that_is_too_big_is_refused_with_the_limit(scales: Scales) -> None:
    with pytest.raises(FileTooBig) as refused:
        await scales.weigh(of(MAX_FILE_BYTES + 1))
    assert refused.value == FileTooBig(megabytes=5)
    assert weighed == []


async def test_no_file_at_all_is_malformed(scales: Scales) -> None:
    with pytest.raises(Malformed):
        await scales.weigh(of(0))


async def test_T29_a_file_is_taken_once_under_its_key(scales: Scales) -> None:
    under_key = replace(scales, key="one-key-for-one-file")
    assert await under_key.weigh(of(7)) == await under_key.weigh(of(7))
    assert weighed == [7]


@pytest.mark.parametrize(("path", "kind", "size"), [("weights", "application/json", 9), ("captchas", OCTETS, 20_000)])
async def test_only_a_file_is_taken_for_one_and_only_where_one_is(
    scales: Scales, path: str, kind: str, size: int
) -> None:
    headers = {"Content-Type": kind, "Idempotency-Key": "k" * 16}
    async with scales.http.post(f"{scales.url}/v1/{path}", data=bytes(size), headers=headers) as answer:
        assert answer.status in {413, 415}
    assert weighed == []


async def test_a_file_comes_by_its_own_name(scales: Scales) -> None:
    assert await scales.sheet() == FileMade(NAME, b"\x00\xff")


async def test_what_telegram_has_lost_is_not_asked_of_the_service(scales: Scales) -> None:
    async def lost(_: str) -> bytes:
        raise FileGone

    for api in (replace(scales, fetch=lost), replace(scales, fetch=None)):
        with pytest.raises(FileGone):
            await api.weigh(of(1))
    assert weighed == []


async def test_fetching_takes_of_the_time_that_the_service_has(scales: Scales) -> None:
    async def slow(_: str) -> bytes:
        await asyncio.sleep(0.2)
        return b"late"

    with pytest.raises(ApiSilent):
        await replace(scales, fetch=slow, patience=0.2).weigh(of(1))


async def test_a_route_that_takes_a_file_says_so(scales: Scales) -> None:
    async with scales.http.get(f"{scales.url}/v1/openapi.json") as answer:
        document: Any = await answer.json()
    taken = document["paths"]["/v1/weights"]["post"]["requestBody"]
    assert (list(taken["content"]), taken["required"]) == ([OCTETS], True)
