"""The demo's folder: where it lies, who holds it, and what of it a reset throws away."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trambot.servers.folder import held
from trambot.servers.problems import FolderClosed
from trambot.servers.programs import shared_folder
from trambot.servers.users import can_reach, make_folder, servers_user

WAY_OUT = "Choose another one: TRAMBOT_HOME=/some/folder make demo"
STOPPING = 1.0  # seconds that the predecessor may need to let go


class Home:
    """The demo's folder and the names of what lies in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.postgres = path / "postgres"
        self.valkey = path / "valkey"
        self.secrets = path / "secrets"
        self.logs = path / "logs"
        self.ports = path / "ports"
        self._notes = path / "notes"
        self.chats = self._notes / "chats.json"
        self.people = self._notes / "people.json"
        self.clock = self._notes / "clock"
        self._address = self._notes / "address"

    @contextmanager
    def opened(self) -> Iterator["Home"]:
        """Hold the folder for this demo alone.

        Raises FolderClosed, StillRunning.
        """
        try:
            make_folder(self.path)
        except FolderClosed as problem:
            raise FolderClosed(f"{problem}\n{WAY_OUT}") from problem
        with held(self.path / "lock", wait=STOPPING, refusal=self._occupied()):
            self._make_parts()
            self._address.unlink(missing_ok=True)
            yield self

    def tell_address(self, url: str) -> None:
        """Note where this demo's page is, for whoever starts a second copy."""
        self._address.write_text(url)

    def told_address(self) -> str | None:
        """The address of the running demo's page, once it is up."""
        return self._address.read_text() if self._address.exists() else None

    def forget(self) -> None:
        """Throw everything away that a demo made, and nothing else: the folder may be a person's own."""
        for part in (self.postgres, self.valkey, self.secrets, self.logs, self.ports, self._notes):
            shutil.rmtree(part, ignore_errors=True)
        self._make_parts()

    def _make_parts(self) -> None:
        for part in (self.secrets, self.logs, self.ports, self._notes):
            part.mkdir(mode=0o700, exist_ok=True)
        self.clock.touch()

    def _occupied(self) -> str:
        address = self.told_address() or "(it is just starting)"
        return f"The demo is running already: {address}\nIts folder is {self.path}; stop it there with Ctrl-C."


def find_home(asked: Path | None, project: Path) -> Home:
    """The folder asked for, else `.demo` in the project, else one beside it that the servers' user can reach."""
    if asked is not None:
        return Home(asked.expanduser().absolute())
    beside = project / ".demo"
    if can_reach(project, servers_user()):
        return Home(beside)
    # As root the servers run as `nobody`, who cannot enter a home folder: one of the same name for each checkout.
    checkout = hashlib.blake2b(bytes(project), digest_size=4).hexdigest()
    return Home(shared_folder(f"demo-{checkout}"))


def project_folder() -> Path:
    """The checkout that this code runs from; the current folder for an installed package."""
    checkout = Path(__file__).parents[2]
    return checkout if (checkout / "pyproject.toml").exists() else Path.cwd()
