"""«Đề nghị cho nhiều người»: a unit puts a list together, mends what is wrong with it, and sends it (R13)."""

from api.client import Api
from api.client.files import FileSent
from api.schemas.request_lists import PastedLines, RequestListSeen
from conversations.talk import Press, Talk, part
from conversations.talks.fix_list import fix_list
from conversations.talks.import_units import UNREAD
from conversations.texts import Lines
from models.listed_people import pasted
from models.refusals import LinesUnreadable, NotFound, TooManyRows
from models.rules import LINES_MAX_LENGTH, MAX_LISTED


@part
async def ask_for_many(talk: Talk) -> None:
    """The list as it is: lines can be added at any time, and whatever is right can be sent."""
    while True:
        seen = await talk.look(Api.request_list)
        if seen.is_being_read:
            options, read, there = ["look", "leave"], seen.read, seen.there
            if await talk.choose("being_read", options, goes_on=True, read=read, there=there) == "leave":
                return
            await talk.return_to("being_read")
        answer = await talk.ask_file_or_words(
            "list", pasted, options=_options(seen), most=LINES_MAX_LENGTH, state=_state(seen)
        )
        match answer:
            case FileSent():
                await read_file(talk, answer)
            case Press("close"):
                return
            case Press("template"):
                await talk.say("form", document=(Api.people_template,))
            case Press("fix"):
                await fix_list(talk)
            case Press("marked"):
                await talk.say("marked", document=(Api.marked_people,))
            case Press("send"):
                await send_list(talk)
            case Press("discard"):
                await throw_list_away(talk, seen)
            case str():
                await put_lines(talk, answer)
        await talk.return_to("list")


@part
async def read_file(talk: Talk, file: FileSent) -> None:
    """A table of people; sent twice, it adds nobody."""
    try:
        seen = await talk.do(Api.read_list, file)
    except UNREAD as refusal:
        await talk.tell(refusal)
        return
    if seen.ignored:
        await talk.say("ignored", columns=seen.ignored)


@part
async def put_lines(talk: Talk, text: str) -> None:
    """Typed lines, as many as a message holds."""
    try:
        await talk.do(Api.put_lines, PastedLines(text=text))
    except (LinesUnreadable, TooManyRows) as refusal:
        await talk.tell(refusal)


@part
async def send_list(talk: Talk) -> None:
    """Ask for everybody who is ready, so many at once."""
    count = told = 0
    while True:
        try:
            sent = await talk.do(Api.send_list)
        except NotFound as refusal:
            await talk.tell(refusal)
            return
        count, told = count + sent.sent, max(told, sent.supervisors_told)
        if not sent.ready:
            break
        if await talk.choose("progress", ["go_on", "stop"], goes_on=True, sent=count, ready=sent.ready) == "stop":
            break
    if told:
        await talk.say("sent", count=count, left=sent.left, told=told)
    else:
        await talk.say("sent_untold", count=count, left=sent.left)


@part
async def throw_list_away(talk: Talk, seen: RequestListSeen) -> None:
    """Throw the list away, once that is sure."""
    await talk.choose("sure", ["yes"], count=_count(seen))
    await talk.do(Api.throw_list_away)
    await talk.say("discarded")


def _options(seen: RequestListSeen) -> list[str]:
    options = {
        "send": seen.ready,
        "fix": seen.wrong + seen.doubtful,
        "marked": seen.wrong + seen.doubtful,
        "template": True,
        "discard": _count(seen),
        "close": True,
    }
    return [name for name, is_there in options.items() if is_there]


def _state(seen: RequestListSeen) -> Lines:
    """What is known of the list, as far as it is worth saying, line by line."""
    if not _count(seen):
        lines = [Lines("ask_for_many.empty", ({"max": MAX_LISTED},))]
    else:
        lines = [
            Lines("ask_for_many.counted", ({"ready": seen.ready, "wrong": seen.wrong, "doubtful": seen.doubtful},)),
            Lines("ask_for_many.more", ({},)),
        ]
    if seen.repeated or seen.waiting:
        lines.insert(1, Lines("ask_for_many.known", ({"repeated": seen.repeated, "waiting": seen.waiting},)))
    if seen.read < seen.there:
        lines.insert(0, Lines("ask_for_many.stopped", ({"read": seen.read, "there": seen.there, "max": MAX_LISTED},)))
    return Lines("ask_for_many.line", tuple({"line": line} for line in lines))


def _count(seen: RequestListSeen) -> int:
    return seen.ready + seen.wrong + seen.doubtful
