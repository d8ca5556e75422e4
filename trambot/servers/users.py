"""Whom the servers run as, and which folders that user can reach."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from trambot.servers.problems import FolderClosed, WouldNotStart

WAY_OUT = "Run as another user, or set DATABASE_URL and REDIS_URL to servers of your own."


@dataclass(frozen=True)
class User:
    """A user of the operating system; `switch` says whether a child must change to it."""

    uid: int
    gid: int
    switch: bool

    def own(self, target: Path | int) -> None:
        """Give a file, folder or open descriptor to this user."""
        if self.switch:
            os.chown(target, self.uid, self.gid)


@cache
def servers_user() -> User:
    """`nobody` when we are root, because PostgreSQL refuses to run as root; otherwise ourselves.

    Raises WouldNotStart where there is no `nobody`.
    """
    if os.geteuid() != 0:
        return User(os.geteuid(), os.getegid(), switch=False)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise WouldNotStart(f"As root the servers run as the user nobody, and there is none.\n{WAY_OUT}") from None
    return User(nobody.pw_uid, nobody.pw_gid, switch=True)


def refuse_nameless(user: User) -> None:
    """Containers may run as a number without a name, which PostgreSQL's initdb does not accept.

    Raises WouldNotStart.
    """
    try:
        pwd.getpwuid(user.uid)
    except KeyError:
        raise WouldNotStart(f"The user {user.uid} has no entry in /etc/passwd.\n{WAY_OUT}") from None


def can_reach(folder: Path, user: User) -> bool:
    """Whether the user can enter the folder; asked of the system itself, which knows of ACLs and mounts."""
    if not user.switch:
        return os.access(folder, os.X_OK)
    entered = subprocess.run(  # noqa: S603 - a fixed program and a path as its own argument
        ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
        user=user.uid,
        group=user.gid,
        extra_groups=[],
        cwd="/",
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return entered.returncode == 0


def make_folder(folder: Path) -> Path:
    """Make a folder that the servers' user can pass through; nobody else can list it.

    Raises FolderClosed.
    """
    try:
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(0o711)  # whatever the umask
    except OSError as error:
        raise FolderClosed(f"Cannot make the folder {folder}: {error.strerror}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FolderClosed(f"Cannot write in the folder {folder}.")
    if not can_reach(folder, servers_user()):
        raise FolderClosed(f"The servers run as the user nobody, who cannot reach {folder}.")
    return folder
