"""The log and the one alarm: what went wrong and where, never what anybody said (T24)."""

import logging
import secrets
import sys
import traceback
from collections.abc import Iterator
from pathlib import PurePath

import structlog

log = structlog.get_logger()


def alarm(error: BaseException) -> str:
    """Report a bug; the answer is the reference to show.

    An error's text may hold what a person typed, so only its type is told, and the places it came through.
    """
    reference = secrets.token_hex(4)
    log.error("alarm", reference=reference, error=name_of(error), through=list(_places(error)))
    return reference


def name_of(error: BaseException) -> str:
    """The error's type, with its module."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _places(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{'/'.join(PurePath(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}"
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield f"together with {name_of(each)}"
            yield from _places(each)
    if cause := error.__cause__ or error.__context__:
        yield f"because of {name_of(cause)}"
        yield from _places(cause)


def start_log() -> None:
    """One JSON object a line, to standard output; libraries are heard from «warning» up, and not word by word."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
    logging.basicConfig(level=logging.WARNING, handlers=[Libraries()], force=True)


class Libraries(logging.Handler):
    """Tells that a library complained, and where; its text and its values may hold the token or a message."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log it."""
        error = record.exc_info[1] if record.exc_info else None
        log.log(
            record.levelno,
            "library",
            library=record.name,
            place=f"{record.module}:{record.lineno}",
            error=name_of(error) if error else None,
        )
