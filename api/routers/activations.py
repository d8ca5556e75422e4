"""Routes of activations: the code from an SMS, then a password of one's own."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from api.acts import activation
from api.doors import Door
from api.people import Token
from api.refusals import documented
from api.schemas.activations import Activated, ActivationCode, ActivationOpened, FirstPassword
from api.turns import Changing, Hashing
from models import refusals as r
from models.refusals import Refusal

router = APIRouter(prefix="/v1/activations", tags=["Activating an account"], route_class=Door)

TOO_WEAK = (r.PasswordTooShort, r.PasswordTooLong, r.PasswordTooCommon, r.PasswordIsUsername)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(r.ActivationWrong, r.TryLater, r.CaptchaNeeded, r.CaptchaWrong),
)
async def open_one(given: ActivationCode, turn: Changing) -> ActivationOpened | Refusal:
    """Give the name and the code from the SMS; the answer's token lets one choose the password."""
    return await activation.open_activation(turn, given)


@router.put("/{activation_id}/password", responses=documented(r.ActivationEnded, *TOO_WEAK))
async def choose(activation_id: UUID, given: FirstPassword, token: Token, turn: Hashing) -> Activated:
    """Choose the password, once; then sign in with it."""
    return await activation.choose_password(turn, activation_id, token, given.username, given.password)
