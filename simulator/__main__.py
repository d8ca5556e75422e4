"""`python -m simulator`: the simulator alone, without the product."""

import argparse
import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path

from simulator.app import Address, serve


def main() -> None:
    asked = read_arguments()
    with suppress(asyncio.CancelledError):
        asyncio.run(simulate(asked))


async def simulate(asked: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM, even where a script in the background has SIGINT ignored."""
    if (this := asyncio.current_task()) is not None:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, this.cancel)
    await serve(
        asked.host,
        asked.port,
        token=asked.token,
        sms_key=asked.sms_key,
        people=asked.people,
        state=asked.state,
        hosts=asked.allow_host,
        started=announce,
    )


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("simulator", description="A local Telegram and SMS gateway with a page.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")
    parser.add_argument("--token", required=True, help="the bot's token, 123456:secret")
    parser.add_argument("--sms-key", required=True, help="the key POST /sms asks for")
    parser.add_argument("--people", type=Path, help="a JSON file with the people")
    parser.add_argument("--state", type=Path, help="a file to keep the chats in")
    parser.add_argument("--allow-host", action="append", default=[], help="a further name of this machine")
    parser.add_argument("--demo-clock", type=Path, help="taken and not used: Telegram has its own clock")
    return parser.parse_args()


def announce(address: Address) -> None:
    sys.stdout.write(f"Simulator: {address.url}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
