"""The demo's one process above all others: sets everything up, watches it, takes it down."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

from rich.console import Console

from models.migrations.run import upgrade
from models.seed import load_areas, load_units
from trambot.demo import people, wiring
from trambot.demo.accounts import make_accounts
from trambot.demo.home import Home, find_home, project_folder
from trambot.demo.keyring import Keyring
from trambot.demo.logs import keep_short
from trambot.demo.parts import Restartable, Watch
from trambot.demo.steps import Steps
from trambot.demo.subjects import make_subjects
from trambot.demo.wiring import Addresses
from trambot.servers import embedded_postgres, embedded_valkey
from trambot.servers.folder import is_free, ports_to_try
from trambot.servers.roles import API, OWNER, as_role, own_database
from trambot.settings import DemoSettings

DATABASE = "trambot"
LOOK_EVERY = 0.25  # seconds


def run(settings: DemoSettings, console: Console, *, reset: bool) -> None:
    """Run the demo until Ctrl-C or SIGTERM; whatever it started has ended when this returns.

    Raises Unavailable with what to do.
    """
    with ending_on_signals(), find_home(settings.home, project_folder()).opened() as home, ExitStack() as stack:
        if reset:
            home.forget()
        try:
            Demo(settings, home, console, stack).run()
        except KeyboardInterrupt:
            console.print("\nStopping …")


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """The first Ctrl-C, SIGTERM or closed terminal ends the block; more of them do not disturb the cleaning up.

    SIGINT is set anew because a shell starts `make demo &` with SIGINT ignored.
    """
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def end(_number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt  # which psycopg knows, and cancels a running statement for

    before = [(each, signal.signal(each, end)) for each in signals]
    try:
        yield
    finally:
        for each, handler in before:
            signal.signal(each, handler)


class Demo:
    """One run of the demo; what it opens it leaves to the stack to close."""

    def __init__(self, settings: DemoSettings, home: Home, console: Console, stack: ExitStack) -> None:
        self._settings = settings
        self._home = home
        self._console = console
        self._stack = stack
        self._steps = Steps(console)
        self._keyring = Keyring(home.secrets)
        self._kept: list[Restartable] = []

    def run(self) -> None:
        """Start everything, say where it is, watch over it."""
        self._console.print(
            f"TramBot demo, its folder: [bold]{self._home.path}[/bold]", highlight=False, soft_wrap=True
        )
        owner_url = self._postgres()
        addresses = Addresses(
            api_database=as_role(owner_url, API, self._keyring.secret("api-role")),
            redis=self._valkey(),
            page=self._free_page_port(),
            api=self._free_port("api"),
            bot=self._free_port("bot"),
        )
        self._fill(owner_url, addresses.api_database)
        self._start_parts(addresses)
        self._home.tell_address(addresses.page_url)
        self._tell(addresses)
        self._watch()

    def _postgres(self) -> str:
        """The address of the database for the role that owns the tables."""
        if self._settings.database_url:
            return self._settings.database_url
        with self._steps.step("PostgreSQL") as step:
            server = self._stack.enter_context(embedded_postgres(self._home.postgres))
            self._kept.append(server)
            step.note = str(server.folder)
            return own_database(server.superuser_url(), DATABASE, self._keyring.secret(OWNER))

    def _valkey(self) -> str:
        if self._settings.redis_url:
            return self._settings.redis_url
        with self._steps.step("Valkey") as step:
            server = self._stack.enter_context(embedded_valkey(self._home.valkey))
            self._kept.append(server)
            step.note = str(server.folder)
            return server.url()

    def _fill(self, owner_url: str, api_url: str) -> None:
        with self._steps.step("Tables"):
            upgrade(owner_url, api_url)
        with self._steps.step("Areas") as step:
            load_areas(owner_url, step.at)
        with self._steps.step("Units") as step:
            load_units(owner_url, step.at)
        with self._steps.step("Demo accounts") as step:
            make_accounts(owner_url, wiring.data_keys(self._keyring))
            people.write(self._home.people)
            step.note = f"{len(people.ACCOUNTS)}"
        with self._steps.step("Subjects") as step:
            keys, count = wiring.data_keys(self._keyring), self._settings.subjects
            step.note = f"{make_subjects(owner_url, keys, step.at, count)}"

    def _start_parts(self, addresses: Addresses) -> None:
        parts = wiring.parts(addresses, self._home, self._keyring)
        for part in parts:  # all at once, which two cores thank for; the bot waits for those it calls
            self._stack.callback(part.stop)
            part.start()
        for part in parts:
            with self._steps.step(part.name) as step:
                part.await_health()
                self._kept.append(part)
                step.note = str(part.log)

    def _tell(self, addresses: Addresses) -> None:
        self._console.print("", people.table(), *people.peculiarities(), sep="\n", highlight=False)
        self._console.print(f"The API answers at {addresses.api_url}.", highlight=False)
        self._console.print(f"\nOpen [bold]{addresses.page_url}[/bold]   (Ctrl-C stops everything)", highlight=False)

    def _watch(self) -> None:
        watches = [Watch(kept) for kept in self._kept]
        while True:
            for watch in watches:
                if happened := watch.look(time.monotonic()):
                    self._console.print(happened, highlight=False, markup=False, soft_wrap=True)
                keep_short(watch.kept.log)
            time.sleep(LOOK_EVERY)

    def _free_page_port(self) -> int:
        wanted = self._settings.port
        if is_free(wanted):
            return wanted
        port = self._free_port("page")
        self._console.print(f"Port {wanted} is taken by another program, so the page is on port {port}.")
        return port

    def _free_port(self, name: str) -> int:
        """The port that the part had last time, if it is free, else another; noted."""
        note = self._home.ports / name
        port = next(ports_to_try(note))
        note.write_text(str(port))
        return port
