"""python-telegram-bot's Bot, with the calls of every turn made plain.

The library makes a Message of ninety fields of what Telegram answers; of that a turn reads the number, or nothing. In a
burst it was a sixth of the bot's time.
"""

from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class PlainBot(Bot):
    """A bot whose own calls give what is read of their answers."""

    async def send_text(
        self, chat: int, text: str, *, parse_mode: ParseMode | None = None, markup: object = None, patience: float
    ) -> int:
        """Send a message without a preview of its links, with that markup under it; its number in the chat.

        Raises:
            telegram.error.TelegramError: as `send_message`.
        """
        asked = {
            "chat_id": chat,
            "text": text,
            "parse_mode": parse_mode,
            "link_preview_options": NO_PREVIEW,
            "reply_markup": markup,
        }
        sent = await self._post("sendMessage", asked, read_timeout=patience)
        return int(sent["message_id"])

    async def change_text(
        self,
        chat: int,
        message: int,
        text: str,
        *,
        parse_mode: ParseMode | None = None,
        markup: object = None,
        patience: float,
    ) -> None:
        """Change a message's words, and what stands under it.

        Raises:
            telegram.error.TelegramError: as `edit_message_text`.
        """
        asked = {
            "chat_id": chat,
            "message_id": message,
            "text": text,
            "parse_mode": parse_mode,
            "link_preview_options": NO_PREVIEW,
            "reply_markup": markup,
        }
        await self._post("editMessageText", asked, read_timeout=patience)

    async def take_buttons_off(self, chat: int, message: int, *, patience: float) -> None:
        """Take the buttons off a message.

        Raises:
            telegram.error.TelegramError: as `edit_message_reply_markup`.
        """
        asked = {"chat_id": chat, "message_id": message}
        await self._post("editMessageReplyMarkup", asked, read_timeout=patience)
