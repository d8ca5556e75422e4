"""The peer of a search over HTTP: FastAPI and asyncpg with nothing between them; one indexed read and one insert."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import uvicorn
from fastapi import FastAPI, Request
from pydantic import BaseModel

READ = "SELECT id, sensitive_sealed, rest_sealed FROM subject WHERE phone_key = $1"
INSERT = "INSERT INTO bench_log VALUES ($1, now(), 1, $2)"


class Wanted(BaseModel):
    """Whom somebody looks for; the key is given, so that nothing is computed."""

    key: int


@asynccontextmanager
async def with_pool(app: FastAPI) -> AsyncIterator[None]:
    """With asyncpg's own pool, as it comes."""
    async with asyncpg.create_pool(sys.argv[1]) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=with_pool)


@app.get("/health")
async def health() -> str:
    """It is up."""
    return "ok"


@app.post("/search")
async def search(wanted: Wanted, request: Request) -> dict[str, int]:
    """Read one by its key, and write down that somebody did."""
    async with request.app.state.pool.acquire() as link:
        rows = await link.fetch(READ, wanted.key)
        await link.execute(INSERT, uuid4(), wanted.key)
    return {"count": len(rows)}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), access_log=False, log_level="warning")
