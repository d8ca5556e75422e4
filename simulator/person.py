"""People for tests and stories: a typed client of the play side.

async with Town(url) as town:
    nurse = await town.person("Y tá")
    await nurse.say("/start")
    await nurse.hears("Xin chào")
    await nurse.press("Đăng nhập")
"""

import asyncio
import re
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

from simulator.heard import Heard, Toast, Unheard, as_line, found_in, inline_rows, says
from simulator.wire import Impossible, Json

__all__ = ["Group", "Heard", "Impossible", "Person", "Toast", "Town", "Unheard"]

PATIENCE = 5.0  # seconds a person waits for an answer
CODE = re.compile(r"(?<!\d)\d{4,8}(?!\d)")


class Town:
    """A running simulator, seen from the play side."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # No limit on connections: a long poll per waiting person.
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def file(self, unique_id: str) -> bytes:
        """The bytes of a file that anybody was sent."""
        if self._session is None:
            raise RuntimeError("the town is entered with `async with`")
        async with self._session.get(f"{self.url}/play/files/{unique_id}") as response:
            if response.status >= 400:
                raise Impossible(await response.text())
            return await response.read()

    async def ask(self, verb: str, path: str, order: Json | None = None) -> Any:
        """One request to the play side; Impossible when no client could do that."""
        if self._session is None:
            raise RuntimeError("the town is entered with `async with`")
        body = None if verb == "GET" or verb == "DELETE" else (order or {})
        async with self._session.request(verb, f"{self.url}/play/{path}", json=body) as response:
            if response.status >= 400:
                raise Impossible(await response.text())
            return await response.json()

    async def people(self) -> list[Json]:
        found: list[Json] = await self.ask("GET", "people")
        return found

    async def person(self, who: str | int) -> "Person":
        """A person by id, or by a piece of the name or of the note; LookupError when that fits none or several."""
        found = [each for each in await self.people() if fits(each, who)]
        if len(found) != 1:
            raise LookupError(f"{who!r} fits {[each['name'] for each in found] or 'nobody'}")
        return Person(self, found[0])

    async def newcomer(self, first_name: str = "Demo", **fields: object) -> "Person":
        """Somebody new; `fields` as in the people file, an id is given out when none is named."""
        return Person(self, await self.ask("POST", "people", {"first_name": first_name, **fields}))

    async def group(self, title: str, *members: "Person") -> "Group":
        shape = await self.ask("POST", "groups", {"title": title, "members": [each.id for each in members]})
        return Group(self, shape["id"], title)

    async def fault(self, kind: str, method: str = "*", **fields: object) -> Json:
        """Order a fault: `refuse`, `slow`, `cut_before`, `cut_after`, `hang_before`, `hang_after`, `lost`."""
        ordered: Json = await self.ask("POST", "faults", {"kind": kind, "method": method, **fields})
        return ordered

    async def open_faults(self) -> list[Json]:
        found: list[Json] = await self.ask("GET", "faults")
        return found

    async def clear_faults(self) -> None:
        await self.ask("DELETE", "faults")

    async def disorder(self, **order: object) -> Json:
        """Disorder among updates: duplicate=N, shuffle=N, release=True, jump=True, again=True, repeat=kind."""
        answer: Json = await self.ask("POST", "updates", order)
        return answer

    async def updates(self) -> Json:
        """`pending` updates, `next_id` and the `webhook`."""
        found: Json = await self.ask("GET", "updates")
        return found

    async def limits(self, *, per_chat: float = 0, overall: float = 0, burst: int = 3, **more: float) -> None:
        await self.ask("POST", "limits", {"per_chat": per_chat, "overall": overall, "burst": burst, **more})

    async def calls(self, method: str | None = None, after: int = 0) -> list[Json]:
        """The recorded Bot API calls, oldest first."""
        wanted = f"record?after={after}" + (f"&method={method}" if method else "")
        found: list[Json] = await self.ask("GET", wanted)
        return found

    async def inbox(self, number: str) -> list[Json]:
        """All SMS to a number, whoever owns it."""
        return [each for each in (await self.ask("GET", "town"))["sms"] if each["to"] == number]

    async def events(self, after: int, wait: float) -> list[Json]:
        answer = await self.ask("GET", f"events?after={after}&wait={wait}")
        events: list[Json] = answer["events"]
        return events

    async def now(self) -> int:
        """The number of the last event."""
        return int((await self.ask("GET", "town"))["seq"])


def fits(person: Json, who: str | int) -> bool:
    if isinstance(who, int):
        return bool(person["id"] == who)
    return who.casefold() in f"{person['name']} {person['username']} {person['note']}".casefold()


@dataclass
class Group:
    """A group chat; people talk in it with `say(…, group=…)`."""

    town: Town
    id: int
    title: str


class Person:
    """Somebody with a phone. What one may do is what a Telegram client lets one do, else Impossible.

    Waiting looks at what came after one's own last act and was not heard yet, in whatever order it came.
    """

    def __init__(self, town: Town, shape: Json) -> None:
        self.town = town
        self.shape = shape
        self.id: int = shape["id"]
        self.name: str = shape["name"]
        self.phone: str = shape["phone"]
        self._since = 0  # number of the event before one's own last act
        self._heard: set[int] = set()  # numbers of the events heard since

    # Acting

    async def act(self, act: str, *, group: Group | None = None, **order: object) -> Any:
        """Any act of the play side, by its name."""
        if group is not None:
            order["chat_id"] = group.id
        answer = await self.town.ask("POST", f"people/{self.id}/{act}", order)
        self._since, self._heard = answer["seq"], set()
        return answer["done"]

    async def say(self, text: str, *, reply_to: Heard | None = None, group: Group | None = None) -> Heard:
        """Say something; the (last) message it became."""
        reply = reply_to.id if reply_to else None
        return Heard.of((await self.act("say", text=text, group=group, reply_to=reply))[-1])

    async def press(self, label: str, *, on: Heard | None = None, group: Group | None = None) -> None:
        """Press a button by its label: on the latest message carrying it, else on the keyboard below the chat."""
        found = await self._find_button(label, on, group)
        if found is not None:
            await self.act("press", message_id=found[0], row=found[1], column=found[2], group=group)
            return
        button = await self._find_key(label, group)
        if button.get("request_contact"):
            await self.share_contact(group=group)
        elif button.get("request_location"):
            await self.send_location(group=group)
        else:
            await self.say(button["text"], group=group)

    async def press_data(self, message_id: int, data: str, *, group: Group | None = None) -> None:
        """Press with data of one's own making, as a modified client can; also on a message that is gone."""
        await self.act("press", message_id=message_id, data=data, forged=True, group=group)

    async def share_contact(self, *, plus: bool = False, group: Group | None = None) -> Heard:
        """One's own number, by the keyboard's button where there is one."""
        return Heard.of(await self.act("contact", kind="own", plus=plus, group=group))

    async def share_contact_of(self, other: "Person", kind: str = "other") -> Heard:
        """Somebody else's: `other` from the address book, `forwarded` from them, or with `no_user_id`."""
        return Heard.of(await self.act("contact", kind=kind, of=other.id))

    async def send_sticker(self, emoji: str = "👋", *, group: Group | None = None) -> Heard:
        return Heard.of(await self.act("attach", kind="sticker", emoji=emoji, group=group))

    async def send_location(self, *, group: Group | None = None) -> Heard:
        return Heard.of(await self.act("attach", kind="location", group=group))

    async def send_voice(self, body: bytes = b"OggS") -> Heard:
        return Heard.of(await self.act("attach", kind="voice", data=b64encode(body).decode()))

    async def send_photo(self, body: bytes, caption: str = "") -> Heard:
        return Heard.of(await self.act("attach", kind="photo", data=b64encode(body).decode(), caption=caption))

    async def send_document(self, name: str, body: bytes, *, mime_type: str = "", caption: str = "") -> Heard:
        data = b64encode(body).decode()
        return Heard.of(
            await self.act("attach", kind="document", name=name, mime_type=mime_type, data=data, caption=caption)
        )

    async def download(self, message: Heard) -> bytes:
        """The file that came with a message."""
        return await self.town.file(message.raw["document"]["file_unique_id"])

    async def edit(self, message: Heard, text: str) -> Heard:
        return Heard.of(await self.act("edit", message_id=message.id, text=text))

    async def forward(self, message: Heard, to: Group | None = None) -> Heard:
        """Forward into a group, or back into the talk with the bot."""
        return Heard.of(await self.act("forward", message_id=message.id, from_chat_id=message.chat_id, group=to))

    async def delete(self, message: Heard) -> None:
        await self.act("delete", message_id=message.id)

    async def block(self) -> None:
        await self.act("block")

    async def unblock(self) -> None:
        await self.act("unblock")

    async def add_bot(self, group: Group) -> None:
        await self.act("add_bot", group=group)

    # Watching

    async def hears(
        self, pattern: str = "", *, within: float = PATIENCE, ever: bool = False, group: Group | None = None
    ) -> Heard:
        """The next message of the bot, new or edited, that contains `pattern` or matches it as a regular expression.

        `ever` looks at the whole chat as it stands first. Raises Unheard with the transcript.
        """
        if ever and (found := await self._standing(pattern, group)) is not None:
            return found
        chat_id = group.id if group else self.id

        def wanted(event: Json) -> bool:
            told = event["kind"] in ("message", "edited") and event["chat_id"] == chat_id
            return told and event["message"]["by_bot"] and says(event["message"], pattern)

        event = await self._await(wanted, within, f"«{pattern}»")
        return Heard.of(event["message"])

    async def toast(self, pattern: str = "", *, within: float = PATIENCE) -> Toast:
        """The answer to one's press."""

        def wanted(event: Json) -> bool:
            mine = event["kind"] == "answer" and event["person_id"] == self.id
            return mine and found_in(pattern, event["text"])

        event = await self._await(wanted, within, f"a toast «{pattern}»")
        return Toast(event["text"], bool(event["show_alert"]))

    async def sees_gone(self, message: Heard, *, within: float = PATIENCE) -> None:
        """Wait until a message is deleted."""
        if all(shape["message_id"] != message.id or shape["deleted"] for shape in await self._messages()):
            return

        def wanted(event: Json) -> bool:
            return event["kind"] == "deleted" and message.id in event["message_ids"]

        await self._await(wanted, within, f"the end of message {message.id}")

    async def sms(self, pattern: str = "", *, after: Json | None = None, within: float = PATIENCE) -> Json:
        """The first SMS on one's phone that matches, later than the one given; waits for it."""
        seq = await self.town.now()
        inbox: list[Json] = await self.town.ask("GET", f"people/{self.id}/sms")
        known = next((place + 1 for place, each in enumerate(inbox) if after and each["id"] == after["id"]), 0)
        for each in inbox[known:]:
            if found_in(pattern, each["text"]):
                return each

        def wanted(event: Json) -> bool:
            mine = event["kind"] == "sms" and event["number"] == self.phone
            return mine and found_in(pattern, event["sms"]["text"])

        found: Json = (await self._await(wanted, within, f"an SMS «{pattern}»", since=seq))["sms"]
        return found

    async def inbox(self) -> list[Json]:
        found: list[Json] = await self.town.ask("GET", f"people/{self.id}/sms")
        return found

    async def last_code(self) -> str:
        """The digits in the newest SMS; LookupError when there is none."""
        for each in reversed(await self.inbox()):
            if match := CODE.search(each["text"]):
                return match[0]
        raise LookupError(f"no code was sent to {self.phone}")

    async def messages(self) -> list[Heard]:
        """The chat as it stands, without what is gone."""
        return [Heard.of(shape) for shape in await self._messages() if not shape["deleted"]]

    async def keyboard(self, group: Group | None = None) -> list[list[Json]]:
        """The buttons below the chat, row by row; empty without a reply keyboard."""
        chat = await self.town.ask("GET", f"chats/{group.id if group else self.id}")
        rows: list[list[Json]] = (chat["keyboard"] or {}).get("markup", {}).get("keyboard", [])
        return rows

    async def transcript(self, group: Group | None = None) -> str:
        """The chat for human eyes, what is gone included and marked."""
        return "\n".join(map(as_line, await self._messages(group)))

    # Inside

    async def _messages(self, group: Group | None = None) -> list[Json]:
        chat = await self.town.ask("GET", f"chats/{group.id if group else self.id}")
        messages: list[Json] = chat["messages"]
        return messages

    async def _standing(self, pattern: str, group: Group | None) -> Heard | None:
        for shape in reversed(await self._messages(group)):
            if shape["by_bot"] and not shape["deleted"] and says(shape, pattern):
                return Heard.of(shape)
        return None

    async def _find_button(self, label: str, on: Heard | None, group: Group | None) -> tuple[int, int, int] | None:
        for shape in reversed(await self._messages(group)):
            if shape["deleted"] or (on is not None and shape["message_id"] != on.id):
                continue
            rows = inline_rows(shape)
            for row, buttons in enumerate(rows):
                for column, button in enumerate(buttons):
                    if button["text"] == label and "callback_data" in button:
                        return shape["message_id"], row, column
        return None

    async def _find_key(self, label: str, group: Group | None) -> Json:
        for row in await self.keyboard(group):
            for button in row:
                if button["text"] == label:
                    return button
        raise Impossible(f"no button «{label}»\n{await self.transcript(group)}")

    async def _await(self, wanted: Callable[[Json], bool], within: float, what: str, since: int | None = None) -> Json:
        seq = self._since if since is None else since
        deadline = time.monotonic() + within
        while True:
            for event in await self.town.events(seq, max(0.0, deadline - time.monotonic())):
                seq = event["seq"]
                if seq not in self._heard and wanted(event):
                    self._heard.add(seq)
                    return event
            if time.monotonic() >= deadline:
                raise Unheard(f"{self.name} waited {within} s for {what}\n{await self.transcript()}")
            await asyncio.sleep(0)
