"""The log: one JSON object a line, on the standard error."""

import logging
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

SHARED: list[Processor] = [
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
]


def write_json_logs() -> None:
    """Let this process write its own log lines and its libraries' warnings as JSON; for its start, once."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_words_of_errors,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for ours in ("api", "uvicorn.error"):
        logging.getLogger(ours).setLevel(logging.INFO)
    logging.getLogger("uvicorn.access").disabled = True  # it writes paths and queries


def _without_words_of_errors(_logger: object, _method: str, event: EventDict) -> EventDict:
    """An error's words may quote anybody's data; its kind may not (T24)."""
    error: Any = event.pop("exc_info", None)
    kind = error[0] if isinstance(error, tuple) else type(error)
    if error and kind:
        event["kind"] = kind.__name__
    return event
