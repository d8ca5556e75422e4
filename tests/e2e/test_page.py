"""The simulator's page in a real browser: seen, pressed and typed into like Telegram."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Locator, Page, expect
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from simulator import app as simulator_app
from simulator.people import Person

pytestmark = pytest.mark.e2e

TOKEN, SMS_KEY = "700000000:e2e", "e2e-key"
NURSE = Person(700_000_001, "Demo", "Y tá", phone="+84912000001", hint="Tên đăng nhập: demo.yta")
CLERK = Person(700_000_002, "Demo", "Cán bộ", phone="+84912000002")
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


@dataclass
class Scene:
    """The page, the nurse's phone on it, and the bot on the other side."""

    page: Page
    phone: Locator
    bot: Bot
    url: str
    troubles: list[str]

    async def told(self) -> list[str]:
        """The texts the bot has been sent."""
        return [each.message.text or "" for each in await self.bot.get_updates() if each.message]


@pytest.fixture(params=[1400, 360])
async def scene(request: pytest.FixtureRequest, browser: Browser) -> AsyncIterator[Scene]:
    app = simulator_app.make_app(token=TOKEN, sms_key=SMS_KEY, people=[NURSE, CLERK])
    async with simulator_app.running("127.0.0.1", 0, app) as address:
        context = await browser.new_context(
            viewport={"width": request.param, "height": 800}, locale="vi-VN", reduced_motion="reduce"
        )
        page = await context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        await page.goto(address.url)
        bot = Bot(TOKEN, base_url=address.base_url, base_file_url=address.base_file_url)
        async with bot:
            phone = page.get_by_role("region", name="Điện thoại của Demo Y tá")
            yield Scene(page, phone, bot, address.url, troubles)
        await context.close()
        assert troubles == []


async def begin(scene: Scene) -> None:
    await scene.phone.get_by_role("button", name="BẮT ĐẦU").click()
    await expect(scene.phone.get_by_text("/start")).to_be_visible()


async def test_a_talk_by_keyboard_alone(scene: Scene) -> None:
    await begin(scene)
    await scene.phone.get_by_label("Tin nhắn", exact=True).focus()
    await scene.page.keyboard.type("dòng một")
    await scene.page.keyboard.press("Shift+Enter")
    await scene.page.keyboard.type("dòng hai")
    await scene.page.keyboard.press("Enter")
    await expect(scene.phone.get_by_role("log").get_by_text("dòng hai")).to_be_visible()
    assert await scene.told() == ["/start", "dòng một\ndòng hai"]


async def test_a_pressed_button_waits_then_shows_the_answer(scene: Scene) -> None:
    await begin(scene)
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Có", callback_data="yes")]])
    await scene.bot.send_message(NURSE.id, "Chọn", reply_markup=keyboard)
    button = scene.phone.get_by_role("button", name="Có", exact=True)
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    query = (await scene.bot.get_updates())[-1].callback_query
    assert query is not None
    await scene.bot.answer_callback_query(query.id, "Đã ghi", show_alert=True)
    await expect(scene.page.get_by_role("dialog")).to_contain_text("Đã ghi")
    await scene.page.keyboard.press("Escape")
    await expect(button).not_to_have_attribute("aria-busy", "true")


async def test_the_number_is_shared_only_after_a_question(scene: Scene) -> None:
    await begin(scene)
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Chia sẻ số của tôi", request_contact=True)]])
    await scene.bot.send_message(NURSE.id, "Số?", reply_markup=keyboard)
    await scene.phone.get_by_role("button", name="Chia sẻ số của tôi").click()
    dialog = scene.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Chia sẻ số điện thoại của bạn?")
    await dialog.get_by_role("button", name="Hủy").click()
    assert await scene.told() == ["/start"]
    await scene.phone.get_by_role("button", name="Chia sẻ số của tôi").click()
    await dialog.get_by_role("button", name="Chia sẻ", exact=True).click()
    await expect(scene.phone.get_by_role("log").get_by_text("0912 000 001")).to_be_visible()


async def test_a_code_goes_from_the_sms_into_the_field(scene: Scene) -> None:
    await begin(scene)
    order = {"to": NURSE.phone, "text": "Ma cua ban la 482913"}
    headers = {"Authorization": f"Bearer {SMS_KEY}"}
    async with aiohttp.ClientSession() as session:
        await session.post(f"{scene.url}/sms", json=order, headers=headers)
    await scene.phone.get_by_role("button", name="Điền mã").click()
    await expect(scene.phone.get_by_label("Tin nhắn", exact=True)).to_have_value("482913")


async def test_what_is_deleted_vanishes_and_what_is_edited_says_so(scene: Scene) -> None:
    await begin(scene)
    sent = await scene.bot.send_message(NURSE.id, "Bản nháp")
    await scene.bot.edit_message_text("Bản sửa", NURSE.id, sent.message_id)
    log = scene.phone.get_by_role("log")
    await expect(log.get_by_text("đã sửa")).to_be_visible()
    await scene.bot.delete_message(NURSE.id, sent.message_id)
    await expect(log.get_by_text("Bản sửa")).to_have_count(0)


async def test_hostile_text_stays_text(scene: Scene) -> None:
    await begin(scene)
    link = f'<a href="javascript:window.hacked=1">{HOSTILE.replace("<", "&lt;")}</a>'
    await scene.bot.send_message(NURSE.id, HOSTILE)
    await scene.bot.send_message(NURSE.id, link, parse_mode="HTML")
    await scene.bot.send_document(NURSE.id, b"x", filename=HOSTILE, caption=HOSTILE)
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(HOSTILE, callback_data="x")]])
    await scene.bot.send_message(NURSE.id, "Nút", reply_markup=keyboard)
    await expect(scene.phone.get_by_role("button", name=HOSTILE)).to_be_visible()
    assert await scene.phone.get_by_role("log").get_by_text(HOSTILE).count() >= 4
    assert await scene.page.evaluate("window.hacked") is None


async def test_nothing_sticks_out_sideways(scene: Scene) -> None:
    await begin(scene)
    await scene.bot.send_message(NURSE.id, "dài" * 400)
    await expect(scene.phone.get_by_text("dàidài")).to_be_visible()
    assert await scene.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


async def test_the_page_finds_back_after_a_restart(browser: Browser, tmp_path: Path) -> None:
    state, port = tmp_path / "town.json", 0
    page = await browser.new_page()
    for visit in range(2):
        app = simulator_app.make_app(token=TOKEN, sms_key=SMS_KEY, people=[NURSE], state=state)
        async with simulator_app.running("127.0.0.1", port, app) as address:
            port = address.port
            if visit == 0:
                await page.goto(address.url)
                await page.get_by_role("button", name="BẮT ĐẦU").click()
            else:
                await expect(page.get_by_text("Máy mô phỏng đã khởi động lại.")).to_be_visible(timeout=10_000)
            await expect(page.get_by_text("/start")).to_be_visible()
        if visit == 0:
            await expect(page.get_by_text("Mất kết nối")).to_be_visible()
    await page.close()
