"""`python -m tests.canaries.loud api`: one of the product's processes, with every library's log at DEBUG."""

import logging
from collections.abc import Callable

import api.logs
import bot.alarm
import bot.run
from trambot.cli import app


def loudly(start: Callable[[], None]) -> Callable[[], None]:
    """The start of a log, and then nothing is held back by its level."""

    def start_loudly() -> None:
        start()
        for logger in (logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)):
            logger.setLevel(logging.DEBUG)

    return start_loudly


if __name__ == "__main__":
    api.logs.write_json_logs = loudly(api.logs.write_json_logs)
    vars(bot.run)["start_log"] = loudly(bot.alarm.start_log)
    app()
