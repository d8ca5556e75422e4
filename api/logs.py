"""The log: one JSON object a line, on the standard error."""

import logging
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

SERVER = "uvicorn.error"
"""The one library that is heard word for word: when it starts, where it listens, when it ends."""
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
            foreign_pre_chain=[*SHARED, _without_words_of_libraries],
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
    for ours in ("api", SERVER):
        logging.getLogger(ours).setLevel(logging.INFO)
    logging.getLogger("uvicorn.access").disabled = True  # it writes paths and queries


def _without_words_of_libraries(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Where a library says something, not what: at DEBUG that is whole rows and requests (T24)."""
    record: logging.LogRecord = event["_record"]
    if record.name == SERVER:
        return event
    return {**event, "event": "library", "library": record.name, "place": f"{record.module}:{record.lineno}"}


def _without_words_of_errors(_logger: object, _method: str, event: EventDict) -> EventDict:
    """An error's words may quote anybody's data; its kind may not (T24)."""
    error: Any = event.pop("exc_info", None)
    kind = error[0] if isinstance(error, tuple) else type(error)
    if error and kind:
        event["kind"] = kind.__name__
    return event
