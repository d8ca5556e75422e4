"""`python -m trambot` is the command `trambot`."""

from trambot.cli import app

app()
