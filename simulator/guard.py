"""Who may drive the play side: this machine's own pages and programs, never a page from the internet."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# These ask for a key of their own, and other machines may call them.
KEYED = ("/bot", "/file/bot", "/sms")

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def guard(hosts: Iterable[str] = ()) -> Middleware:
    """Refuse what is not of this machine: a foreign Host (DNS rebinding), a foreign Origin, a cross-site fetch."""
    known = LOOPBACK | set(hosts)

    @web.middleware
    async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(KEYED):
            return await handler(request)
        if not (_is_home(request.host, known) and _comes_from_home(request)):
            raise web.HTTPForbidden(text="only from this machine")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return guarded


def _is_home(host: str, known: AbstractSet[str]) -> bool:
    return (urlsplit(f"//{host}").hostname or "") in known


def _comes_from_home(request: web.Request) -> bool:
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return False
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
