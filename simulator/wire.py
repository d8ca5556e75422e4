"""The shapes that cross the wire, and the refusals in Telegram's own words."""

from typing import Any, TypeAlias

# What Telegram calls an object. Its fields are optional in a hundred combinations, so it stays a mapping.
Json: TypeAlias = dict[str, Any]


class BotApiError(Exception):
    """Telegram's refusal of a call: code, description and, for 429, the seconds to wait."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(code, description, retry_after)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def as_json(self) -> Json:
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


class Impossible(Exception):
    """A person tried what no Telegram client lets anybody do; the text says why."""


def bad_request(why: str) -> BotApiError:
    return BotApiError(400, f"Bad Request: {why}")


def forbidden(why: str) -> BotApiError:
    return BotApiError(403, f"Forbidden: {why}")


def too_many_requests(retry_after: int) -> BotApiError:
    return BotApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
