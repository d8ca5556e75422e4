"""A player of the story: acts through the simulator, and tells what was said and seen."""

import re
from collections.abc import Callable

from simulator.heard import Heard
from simulator.person import Person
from simulator.wire import Json

Tell = Callable[[str], None]
PATIENCE = 10.0
HIDDEN = "••••••"
OTP = r"(?<!\d)\d{6}(?!\d)"


class Player:
    """A person of the story. Everything said, pressed and heard is told as it happens."""

    def __init__(self, person: Person, tell: Tell) -> None:
        self._person = person
        self._tell = tell
        self._sms: Json | None = None
        self._latest = 0

    async def says(self, text: str) -> None:
        """Say something in the chat."""
        self._tell(f"  {self._person.name}: {text}")
        await self._person.say(text)

    async def says_secretly(self, secret: str, then: str) -> Heard:
        """Say a secret, hear the answer, and see that one's own message is gone."""
        self._tell(f"  {self._person.name}: {HIDDEN}")
        said = await self._person.say(secret)
        answer = await self.hears(then)
        await self._person.sees_gone(said)
        self._tell("    (the message with the secret is gone from the chat)")
        return answer

    async def sends_a_file(self, name: str, content: str) -> None:
        """Send a file to the chat."""
        self._tell(f"  {self._person.name}: 📎 {name}")
        await self._person.send_document(name, content.encode())

    async def presses(self, label: str) -> None:
        """Press a button."""
        self._tell(f"  {self._person.name}: [{label}]")
        await self._person.press(label)

    async def sends_file(self, name: str, content: bytes) -> None:
        """Send a file."""
        self._tell(f"  {self._person.name}: 📎 {name}")
        await self._person.send_document(name, content)

    async def hears(self, expected: str) -> Heard:
        """The bot's next message with that wording; the story ends in failure if it does not come."""
        heard = await self._person.hears(expected, within=PATIENCE)
        while heard.id <= self._latest:  # an answered question that loses its buttons is no news
            heard = await self._person.hears(expected, within=PATIENCE)
        self._latest = heard.id
        buttons = " ".join(f"[{label}]" for label in heard.buttons)
        picture = "🖼  " if "photo" in heard.raw else ""
        for line in f"{picture}{heard.text}".splitlines():
            self._tell(f"      TramBot: {line}")
        if buttons:
            self._tell(f"               {buttons}")
        return heard

    async def has_read_all_sms(self) -> None:
        """Whatever came so far is of an earlier chapter."""
        self._sms = next(reversed(await self._person.inbox()), self._sms)

    async def receives_code(self, looks_like: str = OTP) -> str:
        """The code in the newest SMS that has one."""
        self._sms = sms = await self._person.sms(looks_like, after=self._sms, within=PATIENCE)
        self._tell(f"  📱 SMS {self._person.phone}: {sms['text']}")
        found = re.search(looks_like, sms["text"])
        if found is None:
            raise AssertionError("the SMS holds no code")
        return found[0]
