"""Plays every chapter and tells the transcript; fails at the first answer that is not the expected one."""

import asyncio

import typer

from simulator.heard import Unheard
from simulator.wire import Impossible
from trambot.story import add_user, ask_for_account, ask_for_many, decide, look_up, sign_in, vaccinate
from trambot.story.stage import stage

CHAPTERS = (
    sign_in.play,
    add_user.play,
    look_up.play,
    vaccinate.play,
    ask_for_account.play,
    decide.play,
    ask_for_many.play,
)


def tell_story() -> int:
    """Play the story; the answer is 0 if every expected answer came."""
    with stage() as on:
        for chapter in CHAPTERS:
            try:
                asyncio.run(chapter(on, typer.echo))
            except (Unheard, Impossible, LookupError) as broken:
                typer.echo(f"\nThe story broke off: {broken}", err=True)
                return 1
    typer.echo("\nEvery expected answer came.")
    return 0
