"""The whole product in a real browser: a nurse's first sign-in, on a desktop and on a small phone in the dark."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from trambot.demo.people import PASSWORD
from trambot.story.sign_in import NURSE
from trambot.story.stage import Stage, stage

pytestmark = pytest.mark.e2e

PICTURES = Path(__file__).parent.parent.parent / ".pictures"
DESKTOP, PHONE = (1400, 900), (360, 740)
IN_TIME = 15_000  # milliseconds


@pytest.fixture
def on() -> Iterator[Stage]:
    """A demo of the test's own."""
    with stage() as on:
        yield on


@pytest.fixture(params=[(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop, light", "360 px, dark"])
async def page(request: pytest.FixtureRequest, browser: Browser, on: Stage) -> AsyncIterator[Page]:
    (width, height), scheme = request.param
    colours: Literal["light", "dark"] = scheme
    context = await browser.new_context(
        viewport={"width": width, "height": height}, locale="vi-VN", color_scheme=colours, reduced_motion="reduce"
    )
    page = await context.new_page()
    await page.goto(on.url)
    yield page
    await context.close()


async def test_R01_R03_a_first_sign_in_from_the_page_to_the_database_and_back(page: Page, on: Stage) -> None:
    phone = page.get_by_role("region", name=f"Điện thoại của {NURSE.person.full_name}")
    log = phone.get_by_role("log")
    await phone.get_by_role("button", name="BẮT ĐẦU").click()
    await phone.get_by_role("button", name="Đăng nhập", exact=True).click()
    await answer(page, phone, "Vui lòng nhập Tên đăng nhập", NURSE.username)
    await answer(page, phone, "Vui lòng nhập Mật khẩu", PASSWORD)
    await expect(log.get_by_text("Cập nhật số điện thoại cho tài khoản")).to_be_visible(timeout=IN_TIME)
    await expect(log.get_by_text(PASSWORD)).to_have_count(0)
    await phone.get_by_role("button", name="📱 Chia sẻ số của tôi").click()
    await page.get_by_role("dialog").get_by_role("button", name="Chia sẻ", exact=True).click()
    await expect(log.get_by_text("ký tự trong hình")).to_be_visible(timeout=IN_TIME)
    await picture(page, "captcha")
    await answer(page, phone, "ký tự trong hình", on.captcha_answer())
    await expect(log.get_by_text("Xác nhận OTP")).to_be_visible(timeout=IN_TIME)
    await picture(page, "otp")
    await phone.get_by_role("button", name="Điền mã").click()
    await page.keyboard.press("Enter")
    await expect(log.get_by_text("Đăng nhập thành công")).to_be_visible(timeout=IN_TIME)
    await expect(log.get_by_text(NURSE.unit.name)).to_be_visible()
    await picture(page, "menu")


async def answer(page: Page, phone: Locator, question: str, words: str) -> None:
    """Wait for the question, type, press Enter."""
    await expect(phone.get_by_role("log").get_by_text(question).last).to_be_visible(timeout=IN_TIME)
    await phone.get_by_label("Tin nhắn", exact=True).fill(words)
    await page.keyboard.press("Enter")


async def picture(page: Page, name: str) -> None:
    """Keep a picture, to be looked at."""
    PICTURES.mkdir(exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    await page.screenshot(path=PICTURES / f"{name}-{width}.png")
