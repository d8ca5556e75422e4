"""Captchas: made for one chat or address, answered once, and good for one door (R3, T33)."""

import asyncio
import secrets
import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid4

from captcha.image import ImageCaptcha
from pydantic import SecretStr
from sqlalchemy import select

from api.acts.locks import CAPTCHAS, hold
from api.schemas.signing_in import CaptchaMade, CaptchaSolved
from api.turns import Turn
from models.refusals import CaptchaWrong, NotFound, TryLater
from models.rules import CAPTCHA_LENGTH, CAPTCHA_LIFETIME, MAX_CAPTCHAS_AN_HOUR
from models.sealing import same
from models.seals import CAPTCHA_ANSWER
from models.sign_ins import Captcha

SIGNS = "ACDEFGHJKLMNPRTUWXY3469"
"""No two of them look alike, in whatever case they are typed."""
HOUR = timedelta(hours=1)

WIDTH, HEIGHT = 330, 90  # pixels; wide enough that no sign is cut off
FONT_SIZES = (46, 52, 58)
PAPER, INK = (245, 247, 250), (13, 33, 66)


class Picture(ImageCaptcha):
    """Signs that stand apart and lean less: it is read on small, cheap screens, and answered only once anyway."""

    word_space_probability = 0.0  # the chance that two signs have no space between them
    word_offset_dx = 0.02
    character_offset_dx = (2, 8)
    character_rotate = (-22, 22)
    lookup_table = [min(255, 8 * light) for light in range(256)]  # noqa: RUF012 - as the base has it; dark ink covers


async def make_captcha(turn: Turn) -> CaptchaMade:
    """A new captcha for this chat or address.

    Raises:
        TryLater: it had its captchas for this hour.
    """
    await hold(turn.db, CAPTCHAS, turn.caller.source)
    now = turn.now()
    made = select(Captcha.made_at).where(Captcha.source == turn.caller.source, Captcha.made_at > now - HOUR)
    lately = (await turn.db.scalars(made.order_by(Captcha.made_at.desc()).limit(MAX_CAPTCHAS_AN_HOUR))).all()
    if len(lately) == MAX_CAPTCHAS_AN_HOUR:
        raise TryLater(until=lately[-1] + HOUR)
    captcha = uuid4()
    answer = turn.keys.seal("".join(secrets.choice(SIGNS) for _ in range(CAPTCHA_LENGTH)), CAPTCHA_ANSWER, captcha)
    expires_at = now + CAPTCHA_LIFETIME
    turn.db.add(
        Captcha(id=captcha, source=turn.caller.source, answer_sealed=answer, made_at=now, expires_at=expires_at)
    )
    return CaptchaMade(id=captcha, expires_at=expires_at)


async def captcha_picture(turn: Turn, captcha_id: UUID) -> bytes:
    """The picture, PNG, while it may still be answered.

    Raises:
        NotFound: no captcha of this chat or address waits for an answer under that id.
    """
    captcha = await turn.db.get(Captcha, captcha_id)
    if captcha is None or not _is_here_and_now(captcha, turn, turn.now()) or captcha.judged_at is not None:
        raise NotFound
    answer = turn.keys.opened(captcha.answer_sealed, CAPTCHA_ANSWER, captcha.id)
    return await asyncio.to_thread(_picture, captcha.id, answer)


async def solve_captcha(turn: Turn, captcha_id: UUID, typed: SecretStr) -> CaptchaSolved | CaptchaWrong:
    """Judge the one answer that a captcha gets, right or wrong."""
    captcha = await turn.db.get(Captcha, captcha_id, with_for_update=True)
    now = turn.now()
    if captcha is None or not _is_here_and_now(captcha, turn, now) or captcha.judged_at is not None:
        return CaptchaWrong()
    answer = turn.keys.opened(captcha.answer_sealed, CAPTCHA_ANSWER, captcha.id)
    captcha.judged_at = now
    captcha.solved = same(answer, _read(typed))
    return CaptchaSolved(id=captcha.id) if captcha.solved else CaptchaWrong()


async def use_captcha(turn: Turn, captcha_id: UUID) -> bool:
    """Open one door with a solved captcha; whether it did."""
    captcha = await turn.db.get(Captcha, captcha_id, with_for_update=True)
    now = turn.now()
    if captcha is None or not _is_here_and_now(captcha, turn, now) or not captcha.solved or captcha.used_at is not None:
        return False
    captcha.used_at = now
    return True


def _is_here_and_now(captcha: Captcha, turn: Turn, now: datetime) -> bool:
    return captcha.source == turn.caller.source and now < captcha.expires_at


def _read(typed: SecretStr) -> str:
    return "".join(unicodedata.normalize("NFKC", typed.get_secret_value()).split()).upper()


@lru_cache(maxsize=256)
def _picture(_captcha: UUID, answer: str) -> bytes:
    """The same picture each time: many of the same signs could be averaged until a machine reads them."""
    picture = Picture(width=WIDTH, height=HEIGHT, font_sizes=FONT_SIZES)
    return picture.generate(f"{answer} ", bg_color=PAPER, fg_color=INK).getvalue()
