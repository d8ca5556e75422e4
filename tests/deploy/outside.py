"""Somebody outside who lies about where they come from, and about being the bot."""

import aiohttp
import psycopg

OWN = "127.0.0.2"
PRETENDED = "203.0.113.9"
NOBODY = "nobody.at.all"


async def lie(door: str, service_key: str, path: str = "/v1/sign-ins") -> int:
    """Try to sign in from `OWN`, saying that one is the bot and comes from `PRETENDED`; the answer's status."""
    headers = {"X-Forwarded-For": PRETENDED, "X-Service-Key": service_key, "X-Chat-Id": "1001"}
    connector = aiohttp.TCPConnector(local_addr=(OWN, 0))
    body = {"username": NOBODY, "password": "not a password"}
    async with (
        aiohttp.ClientSession(connector=connector) as http,
        http.post(f"{door}{path}", json=body, headers=headers) as answer,
    ):
        return answer.status


def believed(database: str) -> list[tuple[str, str]]:
    """Channel and source of every such attempt, as the login history has them."""
    with psycopg.connect(database) as link:
        rows = link.execute("SELECT channel, source FROM login_history WHERE account_id IS NULL").fetchall()
    return [(channel, source) for channel, source in rows]
