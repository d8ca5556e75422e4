"""How the service is served: the one set of uvicorn's settings that fits it."""

import uvicorn
from fastapi import FastAPI

KEEP_ALIVE = 75
"""Seconds, longer than any client keeps an idle connection: else one is closed just as a request is sent on it."""
FINISHED_WITHIN = 3
"""Seconds for what is under way when the service is told to stop."""


def serving(app: FastAPI, host: str, port: int) -> uvicorn.Config:
    """For `uvicorn.Server`. The service reads forwarded addresses itself (T39) and writes its own log lines."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=FINISHED_WITHIN,
    )
