"""Processes that are forked from one which has loaded everything, so that they begin at once."""

import multiprocessing

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.crashes.dying", "tests.api.processes"])
"""Whichever test forks first starts the one that all are forked from, so it loads what any of them needs."""
