"""The play side over HTTP, `/play/…`: JSON in, JSON out, for the page and for tests."""

import json
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from simulator import acts, attachments
from simulator.bench import Bench
from simulator.chats import Chat, Message
from simulator.orders import read_order
from simulator.people import Person, person_from
from simulator.town import Town
from simulator.webhook import Webhook
from simulator.wire import Impossible, Json

LONGEST_WAIT = 60.0
BEAT = 15.0  # seconds between signs of life on an idle event stream

Act: TypeAlias = Callable[[Town, Person, Chat, Json], Message | list[Message] | Json | None]


def say(town: Town, person: Person, chat: Chat, order: Json) -> list[Message]:
    return acts.say(town, person, chat, str(order.get("text", "")), reply_to=order.get("reply_to"))


def press(town: Town, person: Person, chat: Chat, order: Json) -> Json:
    """By `data`, or by `row` and `column`; `forged` lets any data through."""
    message_id = int(order["message_id"])
    data = order.get("data")
    if data is None:
        data = button_at(chat, message_id, int(order["row"]), int(order["column"]))
    pressed = acts.press(town, person, chat, message_id, str(data), forged=bool(order.get("forged")))
    return {"press": pressed.id}


def button_at(chat: Chat, message_id: int, row: int, column: int) -> str:
    message = chat.find(message_id)
    try:
        return str(message.inline_keyboard[row][column]["callback_data"]) if message else ""
    except (IndexError, KeyError) as error:
        raise Impossible("there is no such button") from error


def forward(town: Town, person: Person, chat: Chat, order: Json) -> Message:
    source = town.chat_of(person.id, order.get("from_chat_id"))
    return acts.forward(town, person, source, int(order["message_id"]), chat)


def fold(town: Town, person: Person, chat: Chat, order: Json) -> None:
    town.fold_keyboard(chat, hidden=bool(order.get("hidden")))


ACTS: dict[str, Act] = {
    "say": say,
    "press": press,
    "contact": attachments.share_contact,
    "attach": attachments.attach,
    "edit": lambda town, person, chat, order: acts.edit(
        town, person, chat, int(order["message_id"]), str(order["text"])
    ),
    "forward": forward,
    "delete": lambda town, person, chat, order: acts.delete(town, person, chat, int(order["message_id"])),
    "block": lambda town, person, chat, order: acts.block(town, person),
    "unblock": lambda town, person, chat, order: acts.unblock(town, person),
    "add_bot": lambda town, person, chat, order: acts.add_bot(town, person, chat),
    "remove_bot": lambda town, person, chat, order: acts.remove_bot(town, person, chat),
    "fold_keyboard": fold,
}


class Play:
    """The routes of the play side."""

    def __init__(self, town: Town, webhook: Webhook) -> None:
        self.town = town
        self.bench = Bench(town, webhook)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/play/town", self.whole_town),
            web.get("/play/people", self.people),
            web.post("/play/people", self.settle),
            web.post("/play/people/{person}/{act}", self.act),
            web.get("/play/people/{person}/sms", self.inbox),
            web.post("/play/groups", self.found_group),
            web.get("/play/chats/{chat}", self.chat),
            web.get("/play/events", self.events),
            web.get("/play/stream", self.stream),
            web.get("/play/files/{unique_id}", self.file),
            *self.bench.routes(),
        ]

    async def whole_town(self, request: web.Request) -> web.Response:
        """Everything the page needs to begin."""
        town = self.town
        return web.json_response(
            {
                "edition": town.news.edition,
                "seq": town.news.last,
                "bot": town.bot.as_user(),
                "commands": town.bot.commands,
                "people": [person.as_json() for person in town.people.values()],
                "chats": [town.chat_shown(chat) for chat in town.chats.values()],
                "sms": town.sms.as_json(),
                **self.bench.shown(),
            }
        )

    async def people(self, request: web.Request) -> web.Response:
        return web.json_response([person.as_json() for person in self.town.people.values()])

    async def settle(self, request: web.Request) -> web.Response:
        """A newcomer; ids and phones are given out where none is named."""
        shape = await read_order(request)
        shape.setdefault("id", max([700_000_000, *self.town.people]) + 1)
        person = person_from(shape)
        if person.id in self.town.people or person.id == self.town.bot.id:
            raise Impossible(f"the id {person.id} is taken")
        return web.json_response(self.town.settle(person).as_json())

    async def found_group(self, request: web.Request) -> web.Response:
        order = await read_order(request)
        group = self.town.found_group(str(order["title"]), [int(each) for each in order["members"]])
        return web.json_response(self.town.chat_shown(group))

    async def act(self, request: web.Request) -> web.Response:
        """One thing a person does, in the chat `chat_id` or in their talk with the bot."""
        order = await read_order(request)
        act = ACTS.get(request.match_info["act"])
        if act is None:
            raise web.HTTPNotFound(text="people do no such thing")
        person = self.town.person(int(request.match_info["person"]))
        chat = self.town.chat_of(person.id, order.get("chat_id"))
        before = self.town.news.last
        done = act(self.town, person, chat, order)
        return web.json_response({"seq": before, "done": self._shown(done)})

    def _shown(self, done: Message | list[Message] | Json | None) -> object:
        if isinstance(done, Message):
            return self.town.shown(done)
        if isinstance(done, list):
            return [self.town.shown(message) for message in done]
        return done

    async def inbox(self, request: web.Request) -> web.Response:
        person = self.town.person(int(request.match_info["person"]))
        return web.json_response([sms.as_json() for sms in self.town.sms.inbox(person.phone)])

    async def chat(self, request: web.Request) -> web.Response:
        chat = self.town.chats.get(int(request.match_info["chat"]))
        if chat is None:
            raise web.HTTPNotFound(text="there is no such chat")
        return web.json_response(self.town.chat_shown(chat) | {"seq": self.town.news.last})

    async def events(self, request: web.Request) -> web.Response:
        """What came after `after`, waiting for it up to `wait` seconds."""
        after, wait = int(request.query.get("after", 0)), float(request.query.get("wait", 0))
        events = await self.town.news.wait(after, min(wait, LONGEST_WAIT))
        return web.json_response({"edition": self.town.news.edition, "events": events})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """The same as server-sent events; it goes on where `Last-Event-ID` or `after` left off."""
        news = self.town.news
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        seq = int(request.headers.get("Last-Event-ID") or request.query.get("after") or news.last)
        await response.write(b"retry: 1000\nevent: hello\ndata: " + json.dumps(news.edition).encode() + b"\n\n")
        while True:
            events = await news.wait(seq, BEAT)
            for event in events:
                seq = event["seq"]
                await response.write(f"id: {seq}\ndata: {json.dumps(event)}\n\n".encode())
            if not events:
                await response.write(b": still here\n\n")

    async def file(self, request: web.Request) -> web.Response:
        """A file as the people see it; shown in place only when it is a plain picture."""
        stored = self.town.files.by_unique_id.get(request.match_info["unique_id"])
        if stored is None:
            raise web.HTTPNotFound(text="there is no such file")
        in_place = stored.mime_type in ("image/jpeg", "image/png", "image/gif", "image/webp")
        response = web.Response(
            body=stored.body, content_type=stored.mime_type if in_place else "application/octet-stream"
        )
        if not in_place:
            response.headers["Content-Disposition"] = "attachment"
        return response


@web.middleware
async def explain(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Tell the player what cannot be done (409) or was asked wrongly (400)."""
    try:
        return await handler(request)
    except Impossible as impossible:
        return web.json_response({"impossible": str(impossible)}, status=409)
    except (ValueError, KeyError, TypeError) as error:
        if not request.path.startswith("/play/"):
            raise
        return web.json_response({"impossible": f"{type(error).__name__}: {error}"}, status=400)
