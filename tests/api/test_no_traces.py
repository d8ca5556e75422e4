"""The service as a process of its own, from its settings to its log: what people type leaves no trace (T24)."""

import asyncio
import base64
import contextlib
import json
import os
import socket
import sys
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from api.settings import ApiSettings
from tests.api.hands import CODE, PASSWORD, SERVICE_KEY, SMS_KEY, Inbox, Town

PROCESS = """
import uvicorn
from api.app import make_app
from api.logs import write_json_logs
from api.serving import serving
from api.settings import ApiSettings
from conversations.texts import word
settings = ApiSettings.read()
write_json_logs()
uvicorn.Server(serving(make_app(settings, word, settings.clock()), settings.host, settings.port)).run()
"""
CANARIES = {
    "username": "canary.username",
    "password": "Chim yến mật khẩu",
    "phone": "0912 999 888",
    "otp": "777333",
    "field": "chim yến field",
    "path": "chim-yen-path",
    "query": "chim-yen-query",
    "key": "chim-yen-idempotency",
    "token": "chim-yen-token",
}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
async def process(settings: ApiSettings, gateway: Inbox, tmp_path: Path) -> AsyncIterator[tuple[str, Path]]:
    """The address of the process, and the file with its log."""
    log = tmp_path / "log"
    port = free_port()
    with log.open("wb") as output:
        environment = os.environ | {
            "TRAMBOT_DATABASE_URL": settings.database_url.get_secret_value(),
            "TRAMBOT_SERVICE_KEY": SERVICE_KEY,
            "TRAMBOT_SEALING_KEYS": json.dumps({1: settings.sealing_keys[1].get_secret_value()}),
            "TRAMBOT_DIGEST_KEY": settings.digest_key.get_secret_value(),
            "TRAMBOT_SMS_URL": gateway.url,
            "TRAMBOT_SMS_KEY": SMS_KEY,
            "TRAMBOT_PORT": str(port),
        }
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROCESS, env=environment, stdout=output, stderr=output
        )
        url = f"http://127.0.0.1:{port}"
        try:
            await up(url)
            yield url, log
        finally:
            running.terminate()
            await running.wait()


async def up(url: str) -> None:
    """Wait until it answers."""
    async with asyncio.timeout(30), aiohttp.ClientSession() as http:
        while True:
            with contextlib.suppress(aiohttp.ClientConnectorError):
                async with http.get(f"{url}/v1/health") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.05)


async def test_T24_what_people_type_is_in_no_log_line_and_in_no_error(town: Town, process: tuple[str, Path]) -> None:
    url, log = process
    there = Town(url, town.http, town.app, town.clock, town.inbox, town.registry)
    answers = [body async for body in whatever_goes_wrong(there)]
    text = log.read_text()
    codes = [code for order in town.inbox.orders for code in CODE.findall(order["text"])]
    canaries = [*CANARIES.values(), PASSWORD.get_secret_value(), "Nguyễn Văn Demo", "912345678", SERVICE_KEY, *codes]
    found = [c for c in canaries for form in forms(c) if form in text or form in "".join(answers)]
    assert found == []
    lines = [json.loads(line) for line in text.splitlines()]
    assert {"request", "fault"} <= {line["event"] for line in lines}
    assert {line.get("route") for line in lines} >= {"/v1/sign-ins", "/v1/sign-ins/{sign_in_id}/otp"}
    print(f"T24: canaries found 0 of {len(canaries)}")  # noqa: T201 - the figure


async def whatever_goes_wrong(town: Town) -> AsyncIterator[str]:
    """The bodies of answers to requests that are wrong in many ways, one of them a fault of the service's own."""
    bot = {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": "1001", "Idempotency-Key": CANARIES["key"]}
    first, staff = town.registry.account(None), town.registry.account()
    begun = await town.chat().start_sign_in(first.username, PASSWORD)
    second = await town.chat(2).start_sign_in(staff.username, PASSWORD)
    bearer = {"Authorization": f"Bearer {begun.token}"}
    broken = {"Authorization": f"Bearer {second.token}", "X-Chat-Id": "2"}
    town.registry.owner.execute("UPDATE account SET full_name_sealed = '\\x0142' WHERE id = %s", [staff.id])
    name, password = CANARIES["username"], CANARIES["password"]
    requests: list[tuple[str, str, dict[str, str], object]] = [
        ("POST", "/v1/sign-ins", {}, {"username": name, "password": password}),
        ("POST", "/v1/sign-ins", {}, {"username": [name], "password": {"x": password}, CANARIES["field"]: password}),
        ("POST", "/v1/sign-ins", {}, {"username": first.username, "password": password}),
        ("POST", f"/v1/sign-ins/{begun.id}/phone", bearer, {"phone": CANARIES["phone"], "captcha": str(begun.id)}),
        ("POST", f"/v1/sign-ins/{begun.id}/phone", bearer, {"phone": CANARIES["phone"] + "x", "captcha": "x"}),
        ("POST", f"/v1/sign-ins/{second.id}/otp", broken, {"code": CANARIES["otp"]}),
        ("POST", f"/v1/sign-ins/{second.id}/otp", broken, {"code": CANARIES["otp"] + "1"}),
        ("POST", f"/v1/sign-ins/{second.id}/otp", broken, {"code": town.inbox.last_code()}),
        ("GET", f"/v1/{CANARIES['path']}?x={CANARIES['query']}", {}, None),
        ("GET", f"/v1/me?x={CANARIES['query']}", {"Authorization": f"Bearer {CANARIES['token']}"}, None),
        ("GET", f"/v1/me/login-history?after={CANARIES['query']}", {}, None),
        ("POST", f"/v1/captchas/{begun.id}/answer", {}, {"answer": CANARIES["otp"]}),
    ]
    statuses = []
    for number, (method, path, headers, body) in enumerate(requests):
        key = {"Idempotency-Key": f"{CANARIES['key']}-{number}"}
        status, _, content = await town.raw(method, path, headers=bot | key | headers, json=body)
        statuses.append(status)
        yield content.decode()
    assert all(status >= 400 for status in statuses)
    assert 500 in statuses


def forms(canary: str) -> set[str]:
    """The canary as logs may spell it."""
    spelled = {unicodedata.normalize(form, canary) for form in ("NFC", "NFD")}
    raw = {text.encode() for text in spelled}
    escaped = {json.dumps(text)[1:-1] for text in spelled}
    return spelled | escaped | {data.hex() for data in raw} | {base64.b64encode(data).decode() for data in raw}
