"""The stories that are told while processes die: what somebody reads, and what they do then. A file for each noun."""

import pkgutil
from importlib import import_module

from tests.crashes.people import Story


def _stories(noun: str) -> tuple[Story, ...]:
    told: tuple[Story, ...] = import_module(f"{__name__}.{noun}").STORIES
    return told


STORIES = tuple(story for noun in pkgutil.iter_modules(__path__) for story in _stories(noun.name))
"""Those of every file of this folder: each gathers its own under this name."""
