"""The stories that are told while processes die: what somebody reads, and what they do then. A file for each noun."""

import pkgutil
from importlib import import_module

from tests.crashes.people import Story


def _stories(noun: str) -> tuple[Story, ...]:
    told: tuple[Story, ...] = import_module(f"{__name__}.{noun}").STORIES
    return told


BY_NOUN = {noun.name.replace("_", "-"): _stories(noun.name) for noun in pkgutil.iter_modules(__path__)}
"""Those of every file of this folder: each gathers its own under the name `STORIES`."""
