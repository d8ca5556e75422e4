"""The camera: a phone of the page in a real Chromium, whose screen is kept as a picture of the guide."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from simulator.heard import Heard
from simulator.person import Person, Town
from trambot.story.player import Player
from trambot.story.stage import Stage

GUIDE = Path(__file__).parent.parent.parent / "docs" / "huong-dan"
PICTURES = GUIDE / "hinh"

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NO_CHROMIUM = """There is no Chromium here. Install one (Debian, Ubuntu: apt-get install chromium; Fedora: dnf install
chromium; macOS: brew install --cask chromium), or name one: CHROMIUM=/path/to/chromium"""
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
SIZE = ViewportSize(width=720, height=1060)
SHARPNESS = 1.5
PLAIN = ".wall, .wall::before { background: #e4ebef !important }"
"""No wallpaper: the words stand out, and a picture takes a third of the room."""
WITHOUT_SMS = ".notices { display: none }"
IN_TIME = 15_000  # milliseconds


class NoChromium(Exception):
    """No browser is here; the text says how to get one."""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium, or the one that CHROMIUM names.

    Raises:
        NoChromium: there is none.
    """
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        raise NoChromium(NO_CHROMIUM)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET.split())
        yield browser
        await browser.close()


@dataclass
class Set:
    """Where a chapter is played: a demo of its own, its people, and the browser that looks on."""

    stage: Stage
    town: Town
    browser: Browser

    @asynccontextmanager
    async def phone_of(self, given_name: str) -> AsyncIterator["Shown"]:
        """Somebody of the demo, whose phone lies on the page."""
        person = await self.town.person(given_name)
        page = await self.browser.new_page(
            viewport=SIZE,
            device_scale_factor=SHARPNESS,
            locale="vi-VN",
            color_scheme="light",
            bypass_csp=True,  # for the plain wall
            reduced_motion="reduce",
        )
        await page.goto(f"{self.stage.url}#nguoi={person.id}")
        yield Shown(person, page)
        await page.close()


class Shown(Player):
    """A player whose phone can be pictured."""

    def __init__(self, person: Person, page: Page) -> None:
        super().__init__(person, _say_nothing)
        self._page = page
        self._screen = page.get_by_role("region", name=f"Điện thoại của {person.name}").locator(".screen")
        self._heard: Heard | None = None

    async def hears(self, expected: str) -> Heard:
        self._heard = await super().hears(expected)
        return self._heard

    async def picture(self, name: str, *, with_sms: bool = False) -> None:
        """Keep the phone's screen, once it shows what was heard last; what SMS announced hides part of it."""
        if self._heard is not None:
            last_line = self._heard.text.splitlines()[-1]
            await expect(self._screen.get_by_role("log")).to_contain_text(last_line, timeout=IN_TIME)
        await self._page.wait_for_function("document.fonts.ready.then(() => true)")
        PICTURES.mkdir(parents=True, exist_ok=True)
        style = PLAIN if with_sms else PLAIN + WITHOUT_SMS
        await self._screen.screenshot(path=PICTURES / f"{name}.png", animations="disabled", style=style)


def _say_nothing(_: str) -> None:
    """The pictures tell."""
