"""What became of an effect, and how the service is."""

from typing import Literal

from pydantic import Field

from api.schemas.values import Answer


class EffectFound(Answer):
    """What became of an Idempotency-Key of the caller's own."""

    state: Literal["done", "void", "unknown"]
    status: int | None = None
    answer: str | None = Field(None, description="The answer's body as it was sent.")


class Health(Answer):
    """The service and its database answer."""

    status: Literal["ok"]
