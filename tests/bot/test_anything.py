"""Whatever Telegram may send, and much that it never would: no chat falls silent, nobody hears of accounts (T30)."""

import asyncio
import itertools
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.settings import BotSettings
from bot.turns import MOST_TRIES
from bot.web import SECRET
from models.clock import TurnableClock
from models.roles import Role
from models.words import UnitKind
from simulator.acts import callback_data
from simulator.heard import Heard
from simulator.person import Person
from tests.bot.determined import Determined
from tests.bot.hands import Service, Telegram, free_port, running_bot, sign_in
from tests.bot.mailbag import Chatter, Letter, Mailbag
from tests.fire.series import Fire

KEY = "a-webhook-secret-of-40-characters-or-so_"
TOGETHER = 10  # updates at once
NUMBERS = itertools.count(1)
PATIENCE = 20.0  # the same on a machine with much else to do
PROMPT = 2.0  # seconds (T42)
LATELY = 2
"""The newest messages; from what stands under them somebody chooses."""
EFFECTIVE = (*"⛔✅🚪🔑🔓📵📱🤝🗑💾📨🔒❌✉️🚫🌐↩️", "Đăng xuất", "Phiên đang mở", "Đổi mật khẩu")
"""How labels begin that lead to an effect; what else there is to choose leads to questions, and changes nothing."""
OF_ACCOUNTS = ("Nguyễn Văn Demo", "demo.", "Trạm y tế xã Tứ Hiệp", "Vai trò:", "0912 0", "•••", "OTP đã được")


@dataclass(frozen=True)
class Webhook:
    """Where a bot takes updates."""

    url: str
    http: aiohttp.ClientSession

    async def bring(self, letter: Letter) -> int:
        """Bring a letter, as often as Telegram would be asked to; the status in the end."""
        for _ in range(MOST_TRIES + 2):
            async with self.http.post(self.url, data=letter.body, headers={SECRET: KEY}) as answer:
                if answer.status != 503:
                    return answer.status
        return 503


@pytest.fixture
async def webhook(settings: Callable[..., BotSettings], service: Service, telegram: Telegram) -> AsyncIterator[Webhook]:
    """A bot with the real API behind it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/telegram"
    known = settings(port=port, api_url=service.url, updates="webhook", webhook_url=url, webhook_secret=KEY)
    async with running_bot(known), aiohttp.ClientSession() as http:
        while not (await telegram.play.updates())["webhook"]["url"]:
            pass
        yield Webhook(url, http)


@dataclass(frozen=True)
class Cast:
    """The people of one block: two on their way in, two admins who are in, one who has no account."""

    nurse: Determined
    newcomer: Determined
    resident: Person
    boss: Person
    stranger: Person

    @property
    def people(self) -> list[Person]:
        return [self.nurse.person, self.newcomer.person, *self.admins, self.stranger]

    @property
    def admins(self) -> list[Person]:
        """A health station's and a department's: between them they have every talk."""
        return [self.resident, self.boss]


async def cast(telegram: Telegram, service: Service, clock: TurnableClock) -> Cast:
    people = [await telegram.play.newcomer("Demo", phone=f"+84912{next(NUMBERS):06}") for _ in range(5)]
    nurse, newcomer, resident, boss, stranger = people
    accounts = [service.registry.account(phone) for phone in (nurse.phone, None, resident.phone)]
    await sign_in(resident, accounts[2])
    department: dict[str, Any] = {"role": Role.PROVINCE_ADMIN, "kind": UnitKind.DEPARTMENT_OF_HEALTH, "area": "01"}
    await sign_in(boss, service.registry.account(boss.phone, **department))
    return Cast(
        Determined(nurse, accounts[0], service, clock, wants_new_password=True),
        Determined(newcomer, accounts[1], service, clock),
        resident,
        boss,
        stranger,
    )


@pytest.mark.fire("fuzz")
@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")  # old fields are made as well
async def test_T30_no_update_whatever_breaks_the_bot(
    fire: Fire, webhook: Webhook, telegram: Telegram, service: Service, clock_file: Path
) -> None:
    blocks = fire.series("blocks of updates", range(fire.size(1, 50)))
    for block in blocks:
        people = await cast(telegram, service, TurnableClock(clock_file))
        before, so_far = effects(service, people), telegram.town.record.entries[-1].number
        bag = Mailbag(fire.dice(block), chatters(telegram, people))
        statuses, kinds = await talk_through(webhook, telegram, people, bag, fire.size(100, 200))
        assert set(statuses) <= {200, 400}
        for traveller in (people.nurse, people.newcomer):
            await traveller.arrive()
        slowest = max([await time_to_start(person) for person in people.people])
        await leaves_a_group(telegram, people.stranger)
        assert effects(service, people) == before
        assert told_to_others(telegram, people, so_far) == []
        blocks.keep([statuses.total(), kinds, slowest, heard_by(telegram, people.admins)])
    updates = sum(total for total, *_ in blocks.results)
    all_kinds = {kind for _, kinds, *_ in blocks.results for kind in kinds}
    slowest = max(seconds for _, _, seconds, _ in blocks.results)
    heard = {line for *_, lines in blocks.results for line in lines}
    assert slowest < PROMPT
    fire.figure(
        "T30",
        "updates; server errors, chats fallen silent, effects, words about accounts to others",
        f"{updates} of {len(all_kinds)} kinds and contents; 0, 0, 0, 0; {len(heard)} things said to admins; "
        f"slowest /start {slowest:.2f} s",
    )


async def talk_through(
    webhook: Webhook, telegram: Telegram, people: Cast, bag: Mailbag, letters: int
) -> tuple[Counter[int], list[str]]:
    """Let the letters come, a few at once, while two people sign in; the statuses, and what came.

    What Telegram may send sets off no alarm of the bot's, and nothing whatever a fault of the API's.
    """
    statuses, kinds = Counter[int](), set[str]()
    for turn in range(letters // TOGETHER):
        bag.people = chatters(telegram, people)
        drawn = [bag.draw() for _ in range(TOGETHER)]
        kinds |= {letter.what for letter in drawn}
        for is_sound in (True, False):
            these = [letter for letter in drawn if letter.is_sound is is_sound]
            with capture_logs() as log:
                came = await asyncio.gather(*map(webhook.bring, these))
            said = [(letter.what, status) for letter, status in zip(these, came, strict=True)]
            assert not [entry for entry in log if entry["event"] == "fault"], (said, log)
            if is_sound:
                assert not [entry for entry in log if entry["event"] == "alarm"], (said, log)
                assert set(came) <= {200}, said
            statuses.update(came)
        await (people.nurse, people.newcomer)[turn % 2].step()
    return statuses, sorted(kinds)


def chatters(telegram: Telegram, people: Cast) -> list[Chatter]:
    """The people as updates know them, with the buttons they see now; only admins go their own ways."""
    return [chatter(telegram, person, goes=person in people.admins) for person in people.people]


def chatter(telegram: Telegram, person: Person, *, goes: bool) -> Chatter:
    town = telegram.town
    chat = town.chats[person.id]
    buttons = tuple(data for one in chat.messages.values() for data in callback_data(one) if data)
    labels = [label for one in chat.visible()[-LATELY:] for label in Heard.of(town.shown(one)).buttons]
    harmless = [label for label in labels if not label.startswith(EFFECTIVE)]
    return Chatter(person.id, person.phone, buttons, tuple(harmless) if goes else ())


def effects(service: Service, people: Cast) -> dict[str, Any]:
    """What none of it may change: who the accounts are, what the resident has, and that each is in once at most."""
    rows = service.registry.rows
    whole = "SELECT id, username, full_name_sealed, role, unit_id, is_active, api_permission FROM account ORDER BY id"
    others = "SELECT * FROM account WHERE id <> ALL(%s) ORDER BY id"
    on_their_way = [people.nurse.staff.id, people.newcomer.staff.id]
    open_ = "SELECT id, source, token_digest FROM session WHERE ended_at IS NULL AND account_id <> ALL(%s) ORDER BY id"
    twice = "SELECT account_id FROM session GROUP BY account_id HAVING count(*) > 1"
    return {
        "accounts": rows(whole),
        "others": rows(others, on_their_way),
        "sessions": rows(open_, on_their_way),
        "in twice": rows(twice),
        "deliveries": service.count("delivery"),
        "guesses": rows("SELECT account_id FROM otp_guard WHERE streak > 0"),
    }


async def time_to_start(person: Person) -> float:
    """Seconds until /start is answered."""
    began = time.monotonic()
    await person.say("/start")
    await person.hears("Bạn muốn làm gì|Vui lòng đăng nhập để", within=PATIENCE)
    return time.monotonic() - began


async def leaves_a_group(telegram: Telegram, person: Person) -> None:
    """The bot still says that it works in private chats only, and goes."""
    group = await telegram.play.group("Trạm", person)
    await person.add_bot(group)
    await person.hears("chỉ làm việc trong cuộc trò chuyện riêng", group=group, within=PATIENCE)
    async with asyncio.timeout(PATIENCE):
        while telegram.town.chats[group.id].standing != "left":
            await telegram.play.now()


def heard_by(telegram: Telegram, admins: list[Person]) -> list[str]:
    """With what lines the bot began, in their chats: how far they came."""
    town = telegram.town
    told = [Heard.of(town.shown(one)) for admin in admins for one in town.chats[admin.id].messages.values()]
    return sorted({re.sub(r"\d+", "…", one.text.partition("\n")[0]) for one in told if one.by_bot})


def told_to_others(telegram: Telegram, people: Cast, after: int) -> list[str]:
    """What chats without an account of their own were told about accounts."""
    own = {person.id for person in people.people if person is not people.stranger}
    told = [entry for entry in telegram.town.record.of(after=after) if entry.chat_id not in own]
    texts = [str(entry.parameters.get("text", entry.parameters.get("caption"))) for entry in told]
    return [text for text in texts if any(word in text for word in OF_ACCOUNTS)]
