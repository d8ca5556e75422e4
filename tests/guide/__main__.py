"""`make guide`: plays the guide's chapters on demos of their own and takes its pictures anew."""

import argparse
import asyncio
import sys

from rich.console import Console

from simulator.heard import Unheard
from simulator.person import Town
from simulator.wire import Impossible
from tests.guide.camera import PICTURES, NoChromium, Set, chromium
from tests.guide.chapters import CHAPTERS
from trambot.servers.problems import Unavailable
from trambot.story.stage import stage


def main() -> int:
    """Play all chapters, or the one that is named; the answer is 0 if every picture was taken."""
    names = [chapter.__name__.rpartition(".")[2] for chapter in CHAPTERS]
    parser = argparse.ArgumentParser(prog="make guide", description=__doc__)
    parser.add_argument("chapter", nargs="?", choices=names)
    wanted = parser.parse_args().chapter
    console = Console(highlight=False)
    try:
        for name, chapter in zip(names, CHAPTERS, strict=True):
            if wanted in {None, name}:
                console.print(f"{name} …")
                asyncio.run(_played(chapter))
    except (NoChromium, Unavailable, Unheard, Impossible, LookupError) as trouble:
        console.print(str(trouble), style="red")
        return 1
    console.print(f"{len(list(PICTURES.glob('*.png')))} pictures in {PICTURES.relative_to(PICTURES.parents[2])}/")
    return 0


async def _played(chapter: object) -> None:
    """One chapter, on a demo of its own."""
    with stage() as on:
        async with Town(on.url) as town, chromium() as browser:
            await chapter.play(Set(on, town, browser))  # type: ignore[attr-defined]  # a module


if __name__ == "__main__":
    sys.exit(main())
