"""Processes that are forked from one which has loaded everything, so that they begin at once."""

import multiprocessing

OF_COMMANDS = ["trambot.doctor.report", "trambot.first_admin"]
"""What the command loads only when it is told what to do."""
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.crashes.dying", "tests.api.processes", "tests.trambot.command", *OF_COMMANDS])
"""Whichever test forks first starts the one that all are forked from, so it loads what any of them needs."""
