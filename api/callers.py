"""Who calls: the bot for a chat, the bot for itself, or somebody from an address."""

from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from fastapi import HTTPException, Request

from api.settings import ApiSettings, Network
from models.sealing import same
from models.words import Channel

CHAT = "chat:"
LONGEST_CHAT_ID = 18  # digits; Telegram's have at most 52 bits
NEIGHBOURS = 64  # bits of an IPv6 address that one customer is given, so that nobody has 2^64 sources


@dataclass(frozen=True)
class Caller:
    """Where a request comes from: «chat:123» through the bot, or an address. What it may do is another question."""

    channel: Channel
    source: str

    def __str__(self) -> str:
        return f"{self.channel} {self.source}"


THE_BOT = Caller(Channel.CHAT, "bot")
"""The bot for itself, for no chat: it brings deliveries."""


def caller_of(request: Request, settings: ApiSettings) -> Caller:
    """The chat, where the bot speaks for one, else the address.

    Raises:
        HTTPException: 403: a wrong service key, a chat without the key, the key without a chat, or no address.
    """
    chat = request.headers.get("x-chat-id")
    if is_the_bot(request, settings):
        if chat is None or not (chat.isascii() and chat.isdecimal() and len(chat) <= LONGEST_CHAT_ID):
            raise HTTPException(HTTPStatus.FORBIDDEN)
        return Caller(Channel.CHAT, f"{CHAT}{int(chat)}")
    if chat is not None:
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return Caller(Channel.API, _address_of(request, settings.trusted_proxies))


def is_the_bot(request: Request, settings: ApiSettings) -> bool:
    """Whether it shows the service key; False if it shows none.

    Raises:
        HTTPException: 403: it shows another.
    """
    shown = request.headers.get("x-service-key")
    if shown is None:
        return False
    if not same(shown, settings.service_key.get_secret_value()):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return True


def chat_of(source: str) -> int | None:
    """The chat that a source is, if it is one."""
    return int(source.removeprefix(CHAT)) if source.startswith(CHAT) else None


def shortened(source: str) -> str:
    """A source as it is shown to the account's own person: a chat's last four digits, or the address."""
    chat = chat_of(source)
    return source if chat is None else f"…{str(chat)[-4:]}"


def _address_of(request: Request, proxies: list[Network]) -> str:
    """The nearest address that is not a trusted proxy's; what those say is read from the right, as they write it."""
    if request.client is None:
        raise HTTPException(HTTPStatus.FORBIDDEN)
    address = _address(request.client.host)
    hops = [hop.strip() for value in request.headers.getlist("x-forwarded-for") for hop in value.split(",")]
    while address is not None and hops and any(address in proxy for proxy in proxies):
        nearer, address = address, _address(hops.pop())
        if address is None:  # garbage: as far as anybody vouches for it, the proxy itself came (T39)
            address = nearer
            break
    if address is None:
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return _place(address)


def _address(written: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(written)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _place(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address.packed, NEIGHBOURS), strict=False))
