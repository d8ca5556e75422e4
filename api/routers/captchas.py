"""Routes of captchas: made, shown, answered (R3, T33)."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.acts import captchas
from api.doors import Door
from api.refusals import documented
from api.schemas.signing_in import CaptchaAnswer, CaptchaMade, CaptchaSolved
from api.turns import Changing, Reading
from models import refusals as r
from models.refusals import Refusal

router = APIRouter(prefix="/v1/captchas", tags=["Captchas"], route_class=Door)

PNG: dict[int | str, dict[str, Any]] = {200: {"content": {"image/png": {}}, "description": "The picture."}}


@router.post("", status_code=HTTPStatus.CREATED, responses=documented(r.TryLater))
async def make(turn: Changing) -> CaptchaMade:
    """Make a captcha for this chat or address."""
    return await captchas.make_captcha(turn)


@router.get("/{captcha_id}/picture", response_class=Response, responses=PNG | documented(r.NotFound))
async def picture(captcha_id: UUID, turn: Reading) -> Response:
    """The picture, until the captcha is answered."""
    content = await captchas.captcha_picture(turn, captcha_id)
    return Response(content, media_type="image/png")


@router.post("/{captcha_id}/answer", responses=documented(r.CaptchaWrong, r.Malformed))
async def solve(captcha_id: UUID, given: CaptchaAnswer, turn: Changing) -> CaptchaSolved | Refusal:
    """Answer it, once; a right answer opens one door within the captcha's life."""
    return await captchas.solve_captcha(turn, captcha_id, given.answer)
