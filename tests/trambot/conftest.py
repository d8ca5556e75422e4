"""What the tests of the launcher need: folders that the servers' user can reach."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def new_folder() -> Iterator[Path]:
    """A new folder that `nobody` can pass through; pytest's own are closed to all others."""
    made = Path(tempfile.mkdtemp(prefix="trambot-launcher-"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A new folder that the servers' user can reach."""
    with new_folder() as made:
        yield made
