"""The server as a whole: who may drive it, what a restart keeps, how it starts and ends."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from simulator import app as simulator_app
from simulator import person
from simulator.people import read_people
from tests.simulator.conftest import CLERK, NURSE, SMS_KEY, TOKEN, Running
from tests.simulator.test_sending import a_picture


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:8081"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/page/main.js", "/play/town", "/play/events"])
async def test_a_page_from_elsewhere_can_neither_see_nor_drive_the_town(
    running: Running, headers: dict[str, str], path: str
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(running.address.url + path, headers=headers) as response,
    ):
        assert response.status == 403


async def test_a_form_from_anywhere_is_not_an_order(running: Running) -> None:
    url = f"{running.address.url}/play/people/{NURSE.id}/say"
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data={"text": "Xin chào"}) as response:
            assert response.status == 415
        async with session.post(url, data="{}", headers={"Content-Type": "text/plain"}) as response:
            assert response.status == 415


async def test_the_page_is_served_under_a_policy_without_inline_code(running: Running) -> None:
    async with aiohttp.ClientSession() as session, session.get(running.address.url) as response:
        page, policy = await response.text(), response.headers["Content-Security-Policy"]
    assert '<html lang="vi">' in page
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_a_file_that_is_no_picture_is_only_downloaded(running: Running, nurse: person.Person) -> None:
    sent = await nurse.send_document("x.html", b"<script>alert(1)</script>", mime_type="text/html")
    unique = sent.raw["document"]["file_unique_id"]
    url = f"{running.address.url}/play/files/{unique}"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_json_and_query_parameters_are_understood(running: Running, nurse: person.Person) -> None:
    url = f"{running.address.base_url}{TOKEN}/sendMessage"
    async with aiohttp.ClientSession() as session:
        markup = {"inline_keyboard": [[{"text": "Có", "callback_data": "yes"}]]}
        body = {"chat_id": nurse.id, "text": "JSON", "reply_markup": markup}
        async with session.post(url, json=body) as response:
            assert (await response.json())["result"]["reply_markup"] == markup
        async with session.get(url, params={"chat_id": nurse.id, "text": "GET"}) as response:
            assert (await response.json())["result"]["text"] == "GET"
        async with session.post(url, data=b"{", headers={"Content-Type": "application/json"}) as response:
            assert response.status == 400
        async with session.get(f"{running.address.base_url}{TOKEN}/sendPigeon") as response:
            assert await response.json() == {
                "ok": False,
                "error_code": 404,
                "description": "Not Found: method not found",
            }


async def test_a_restart_keeps_chats_files_sms_and_waiting_updates(tmp_path: Path) -> None:
    state = tmp_path / "town.json"
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Có", callback_data="yes")]])
    async with started(state) as (bot, town):
        nurse = await town.person("Y tá")
        await nurse.say("/start")
        await bot.send_photo(nurse.id, a_picture(), caption="Ảnh", reply_markup=keyboard)
        await bot.delete_message(nurse.id, (await nurse.say("mat-khau-da-xoa")).id)
        await bot.get_updates(offset=(await bot.get_updates())[-1].update_id + 1)
        newcomer = await town.newcomer("Demo Mới", phone="+84912000009")
        await nurse.press("Có")
        waiting = (await town.updates())["pending"]
    assert "mat-khau-da-xoa" not in state.read_text()
    assert state.stat().st_mode & 0o077 == 0
    async with started(state) as (bot, town):
        nurse = await town.person("Y tá")
        assert (await town.updates())["pending"] == waiting
        photo = await nurse.hears("Ảnh", ever=True)
        assert photo.buttons == ["Có"]
        assert await (await bot.get_file(photo.raw["photo"][0]["file_id"])).download_as_bytearray()
        assert (await town.person(newcomer.id)).phone == "+84912000009"
        assert await bot.answer_callback_query(waiting[-1]["callback_query"]["id"])
        assert (await nurse.say("Tiếp")).id > photo.id


@asynccontextmanager
async def started(state: Path) -> AsyncIterator[tuple[Bot, person.Town]]:
    """A simulator on a state file, from start to shutdown."""
    app = simulator_app.make_app(token=TOKEN, sms_key=SMS_KEY, people=[NURSE, CLERK], state=state)
    async with simulator_app.running("127.0.0.1", 0, app) as address:
        bot = Bot(TOKEN, base_url=address.base_url, base_file_url=address.base_file_url)
        async with bot, person.Town(address.url) as town:
            yield bot, town


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_the_command_prints_its_address_and_ends_cleanly(tmp_path: Path, how: signal.Signals) -> None:
    people = tmp_path / "people.json"
    people.write_text(json.dumps([{"id": 5, "first_name": "An", "phone": "+84912345678"}]))
    arguments = ("--port", "0", "--token", TOKEN, "--sms-key", SMS_KEY, "--people", str(people))
    simulator = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", *arguments, stdout=asyncio.subprocess.PIPE
    )
    assert simulator.stdout is not None
    url = (await simulator.stdout.readline()).decode().removeprefix("Simulator: ").strip()
    async with person.Town(url) as town:
        assert (await town.person("An")).phone == "+84912345678"
    simulator.send_signal(how)
    assert await simulator.wait() == 0


async def test_a_foreign_state_file_stops_the_start(tmp_path: Path) -> None:
    state = tmp_path / "town.json"
    state.write_text('{"format": 99}')
    with pytest.raises(ValueError, match="is no snapshot"):
        simulator_app.make_app(token=TOKEN, sms_key=SMS_KEY, state=state)


@pytest.mark.parametrize(
    "shape",
    [
        '[{"id": 5}]',
        '[{"id": 0, "first_name": "An"}]',
        '[{"id": 5, "first_name": "An", "phone": "0912"}]',
        '[{"id": 5, "first_name": "An", "colour": "red"}]',
    ],
)
def test_a_malformed_list_of_people_is_refused(tmp_path: Path, shape: str) -> None:
    file = tmp_path / "people.json"
    file.write_text(shape)
    with pytest.raises(ValueError, match=r"person|phone"):
        read_people(file)


def test_a_token_without_an_id_is_refused() -> None:
    with pytest.raises(ValueError, match="a token looks like"):
        simulator_app.make_app(token="secret", sms_key="k")
