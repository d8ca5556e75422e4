"""The town on disk: a JSON snapshot, so that a restart keeps the chats."""

import asyncio
import json
import os
from pathlib import Path

from simulator.chats import chat_from
from simulator.files import file_from
from simulator.people import person_from
from simulator.town import Press, Town
from simulator.updates import Update
from simulator.wire import Json

FORMAT = 1
QUIET = 0.5  # seconds to wait for more before writing


def as_json(town: Town) -> Json:
    """All that a restart must keep; faults, limits and the record are of the moment."""
    return {
        "format": FORMAT,
        "last_message_id": town.last_message_id,
        "next_update_id": town.updates.next_id,
        "pending": [vars(update) for update in town.updates.pending],
        "commands": town.bot.commands,
        "people": [person.as_json() for person in town.people.values()],
        "chats": [chat.as_json() for chat in town.chats.values()],
        "presses": [vars(press) for press in town.presses.values() if not press.answered],
        "files": [stored.as_json() for stored in town.files.by_id.values()],
        "sms": town.sms.as_json(),
    }


def load(town: Town, file: Path) -> bool:
    """Bring a town back to what the snapshot says; False when there is none. Listed people win over kept ones."""
    if not file.exists():
        return False
    shape = json.loads(file.read_text(encoding="utf-8"))
    if shape.get("format") != FORMAT:
        raise ValueError(f"{file.name} is no snapshot of this simulator")
    for person in map(person_from, shape["people"]):
        if person.id not in town.people:
            town.settle(person)
    town.chats.update((chat.id, chat) for chat in map(chat_from, shape["chats"]))
    town.presses.update((press.id, press) for press in (Press(**each) for each in shape["presses"]))
    for stored in map(file_from, shape["files"]):
        town.files.put(stored)
    town.sms.load(shape["sms"])
    town.bot.commands = shape["commands"]
    town.last_message_id = shape["last_message_id"]
    town.updates.next_id = shape["next_update_id"]
    town.updates.pending = [Update(**each) for each in shape["pending"]]
    return True


def write(file: Path, text: str) -> None:
    """Replace the snapshot in one step, so that a crash leaves the old or the new one."""
    beside = file.with_name(f".{file.name}.new")
    beside.touch(mode=0o600)
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, file)


async def keep(town: Town, file: Path) -> None:
    """Write the snapshot after every change, once it is quiet, and once more when cancelled."""
    written = 0
    try:
        while True:
            await town.news.wait(written, 3600)
            await asyncio.sleep(QUIET)
            written = town.news.last
            await asyncio.to_thread(write, file, json.dumps(as_json(town), ensure_ascii=False))
    finally:
        write(file, json.dumps(as_json(town), ensure_ascii=False))
