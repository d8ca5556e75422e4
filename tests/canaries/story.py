"""The story that every canary is put into: a sign-in with all that can go wrong, over Telegram and over HTTP."""

import json
import re
from random import Random
from typing import Any

from models.seals import CAPTCHA_ANSWER
from simulator.person import Person
from tests.canaries.search import Artefact
from tests.canaries.stage import Stage

PATIENCE = 30.0  # seconds, on a busy machine
SECRET = "X-Telegram-Bot-Api-Secret-Token"


async def play(there: Stage, dice: Random) -> None:
    """Everything, once."""
    phones = iter(dice.sample(range(10**7), 3))
    typed, of_api, foreign = (
        there.flock.phone(name, f"98{next(phones):07}") for name in ("phone typed", "api phone", "foreign phone")
    )
    there.account("username", None)
    there.account("api username", of_api, may_call_api=True)
    nurse = await there.play.newcomer(
        there.flock["first name"],
        last_name=there.flock["last name"],
        username=there.flock["telegram username"],
        phone=typed,
    )
    await gossip(there, nurse)
    await sign_in(there, nurse, await there.play.newcomer("Demo", phone=foreign))
    await change_password(there, nurse)
    await write_to_the_webhook(there, nurse)
    await call(there, of_api)


class Talking:
    """Says and hears; what was heard is not heard again."""

    def __init__(self, person: Person) -> None:
        self.person = person

    async def say(self, text: str, *, hears: str) -> None:
        await self.person.say(text)
        await self.person.hears(hears, within=PATIENCE)

    async def press(self, label: str, *, hears: str) -> None:
        await self.person.press(label)
        await self.person.hears(hears, within=PATIENCE)


async def gossip(there: Stage, nurse: Person) -> None:
    """What people say and send where nothing was asked, and in groups."""
    flock, talking = there.flock, Talking(nurse)
    await talking.say(f"/start {flock['start payload']}", hears="Chào mừng")
    await talking.say(f"/{flock['unknown command']}", hears="Không có lệnh này")
    await talking.say(flock["small talk"], hears="chọn một việc")
    said = await nurse.say(flock["password in the wrong place"])
    await nurse.hears("chọn một việc", within=PATIENCE)
    await nurse.edit(said, flock["edited text"])
    await nurse.hears("không được xét lại", within=PATIENCE)
    await nurse.send_document(flock["file name"], flock["file body"].encode(), caption=flock["caption"])
    await nurse.hears("chọn một việc", within=PATIENCE)
    await nurse.press_data(said.id, flock["callback data"])
    await nurse.toast("không còn hiệu lực", within=PATIENCE)
    group = await there.play.group(flock["group title"], nurse)
    await nurse.add_bot(group)
    await nurse.hears("riêng", group=group, within=PATIENCE)


async def sign_in(there: Stage, nurse: Person, somebody: Person) -> None:
    """A first sign-in, wrong in every answer before it is right."""
    flock, talking = there.flock, Talking(nurse)
    await talking.press("Đăng nhập", hears="Tên đăng nhập")
    await talking.say(flock["impossible username"], hears="chỉ gồm")
    await talking.say(flock["unknown username"], hears="Mật khẩu")
    await talking.say(flock["wrong password"], hears="không đúng")
    await talking.say("/start", hears="Vui lòng đăng nhập")
    await talking.press("Đăng nhập", hears="Tên đăng nhập")
    await talking.say(flock["username"], hears="Mật khẩu")
    await talking.say(flock["wrong password"], hears="không đúng")
    await talking.say(flock["password"], hears="Nhập số di động")
    await talking.say(flock["phone nonsense"], hears="không hợp lệ")
    await nurse.share_contact_of(somebody)
    await nurse.hears("không phải số của bạn", within=PATIENCE)
    await talking.say(nurse.phone, hears="ký tự trong hình")
    await talking.say(flock["wrong captcha"], hears="Mã xác nhận không đúng")
    await nurse.hears("ký tự trong hình", within=PATIENCE)
    await talking.say(captcha(there, nurse), hears="nhập mã OTP")
    code = flock.add("code sent", await nurse.last_code())
    await talking.say(flock.add("wrong code", f"{(int(code) + 7) % 10**6:06}"), hears="còn 4 lần")
    await talking.say(code, hears="Bạn muốn làm gì")
    await talking.press("Lịch sử đăng nhập", hears="đăng nhập thành công")


async def change_password(there: Stage, nurse: Person) -> None:
    flock, talking = there.flock, Talking(nurse)
    await talking.say("/menu", hears="Bạn muốn làm gì")
    await talking.press("Đổi mật khẩu", hears="mật khẩu hiện tại")
    await talking.say(flock["wrong current password"], hears="không đúng")
    await talking.say(flock["password"], hears="mật khẩu mới")
    await talking.say(flock["refused new password"], hears="không được chứa tên đăng nhập")
    await talking.say(flock["new password"], hears="Đã đổi mật khẩu")


def captcha(there: Stage, nurse: Person) -> str:
    """What a person reads in the newest picture."""
    newest = "SELECT id, answer_sealed FROM captcha WHERE source = %s ORDER BY made_at DESC LIMIT 1"
    row = there.owner.execute(newest, [f"chat:{nurse.id}"]).fetchone()
    assert row is not None
    return there.flock.add("captcha", there.keys.opened(row[1], CAPTCHA_ANSWER, row[0]))


async def write_to_the_webhook(there: Stage, nurse: Person) -> None:
    """What the simulator's people cannot do: cards, queries, what nobody can read, and a wrong secret."""
    flock = there.flock
    who = {"id": nurse.id, "is_bot": False, "first_name": flock["first name"]}
    message = {"message_id": 7, "date": 0, "chat": {"id": nurse.id, "type": "private"}, "from": who}
    card = {"phone_number": flock.phone("vcard phone", "987000321"), "first_name": flock["contact name"]}
    contents: list[object] = [
        {"message": message | {"contact": card | {"vcard": flock["vcard"]}}},
        {"inline_query": {"id": "1", "from": who, "query": flock["inline query"], "offset": ""}},
        {"message": {"text": flock["unreadable update"], "date": flock["unreadable update"]}},
        {"message": message | {"text": [flock["unreadable update"]]}},
        flock["unreadable update"],
    ]
    for number, content in enumerate(contents):
        body = {"update_id": number, **content} if isinstance(content, dict) else content
        for secret in (flock["webhook secret"], flock["wrong webhook secret"]):
            async with there.http.post(there.webhook_url, json=body, headers={SECRET: secret}) as answer:
                there.answers.append(Artefact("error answers", f"webhook {number}", await answer.read()))


async def call(there: Stage, phone: str) -> None:
    """Sign in over HTTP, and ask wrongly for everything."""
    flock = there.flock
    begun = await ask(there, "POST", "/v1/sign-ins", _credentials(there, "api username", "password"))
    token = flock.add("sign-in token", begun["token"])
    bearer = {"Authorization": f"Bearer {token}"}
    code = flock.add("code sent", await last_code(there, phone))
    wrong = flock.add("wrong code", f"{(int(code) + 9) % 10**6:06}")
    path = f"/v1/sign-ins/{begun['id']}/otp"
    await ask(there, "POST", path, {"code": wrong}, headers=bearer)
    opened = await ask(there, "POST", path, {"code": code}, headers=bearer)
    own = {"Authorization": f"Bearer {flock.add('session token', opened['token'])}"}
    keyed = own | {"Idempotency-Key": flock["idempotency key"]}
    await ask(there, "PUT", "/v1/me/language", {"language": "en"}, headers=keyed)
    await ask(there, "PUT", "/v1/me/language", {"language": "vi"}, headers=keyed)
    await ask(there, "POST", "/v1/me/password/proof", {"current": flock["wrong current password"]}, headers=own)
    await ask(there, "GET", "/v1/me", headers=own)
    for method, where, body, headers in wrongly(there, own):
        await ask(there, method, where, body, headers=headers)
    there.owner.execute("UPDATE account SET full_name_sealed = '\\x0142' WHERE username = %s", [flock["api username"]])
    await ask(there, "GET", "/v1/me", headers=own)  # the service's own fault


def wrongly(there: Stage, own: dict[str, str]) -> list[tuple[str, str, object, dict[str, str]]]:
    """(method, path, body, headers) of requests that are wrong in every place that a request has."""
    flock = there.flock
    key, chat = {"X-Service-Key": flock["service key"]}, {"X-Chat-Id": flock["chat header"]}
    credentials = _credentials(there, "unknown username", "wrong password")
    odd = {flock["field name"]: flock["field value"]}
    return [
        ("POST", "/v1/sign-ins", credentials, {"X-Forwarded-For": flock["forwarded for"]}),
        ("POST", "/v1/sign-ins", credentials | odd, {"User-Agent": flock["user agent"]}),
        ("POST", "/v1/sign-ins", {"username": [flock["nested value"]], "password": odd}, {}),
        ("POST", "/v1/sign-ins", f'{{"username": "{flock["broken body"]}', {"Content-Type": "application/json"}),
        ("POST", "/v1/sign-ins", flock["broken body"], {"Content-Type": flock["content type"]}),
        ("POST", "/v1/captchas", None, {"Idempotency-Key": flock["bad key"]}),
        ("POST", "/v1/captchas", None, key | chat),
        ("POST", "/v1/captchas", None, {"X-Service-Key": flock["wrong service key"], "X-Chat-Id": "1"}),
        ("POST", f"/v1/captchas/{flock['path parameter']}/answer", {"answer": flock["wrong captcha"]}, {}),
        ("GET", f"/v1/{flock['path']}?x={flock['query']}", None, {"Accept-Language": flock["accept language"]}),
        ("GET", f"/v1/me?x={flock['query']}", None, {"Authorization": f"Bearer {flock['wrong token']}"}),
        ("GET", "/v1/me", None, {"Authorization": f"Basic {flock['basic auth']}", "Cookie": f"a={flock['cookie']}"}),
        ("GET", f"/v1/me/login-history?after={flock['cursor']}", None, own),
        ("GET", f"/v1/effects/{flock['looked-up key']}", None, own),
        ("PUT", "/v1/me/password", {"new": flock["refused new password"]}, own),
        ("PATCH", f"/v1/me?x={flock['query']}", odd, own),
    ]


async def ask(there: Stage, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Any:
    """The answer's JSON; the answer as a whole is left behind."""
    given = {"data": body.encode()} if isinstance(body, str) else {"json": body}
    async with there.http.request(method, there.api_url + path, headers=headers, **given) as answer:
        content = await answer.read()
        kind = "answers" if answer.status < 400 else "error answers"
        told = "\n".join(f"{name}: {value}" for name, value in answer.headers.items()).encode()
        there.answers.append(Artefact(kind, f"{answer.status}, {len(there.answers)}", told + b"\n\n" + content))
    return json.loads(content)


async def last_code(there: Stage, phone: str) -> str:
    [sms] = await there.play.inbox(phone)
    found = re.search(r"(?<!\d)\d{6}(?!\d)", sms["text"])
    assert found
    return found[0]


def _credentials(there: Stage, username: str, password: str) -> dict[str, str]:
    return {"username": there.flock[username], "password": there.flock[password]}
