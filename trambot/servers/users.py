"""Whom the servers run as, and which folders that user can reach."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from trambot.servers.problems import FolderClosed, WouldNotStart


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
    """`nobody` when we are root, because PostgreSQL refuses to run as root; otherwise ourselves."""
    uid = os.geteuid()
    try:
        entry = pwd.getpwnam("nobody") if uid == 0 else pwd.getpwuid(uid)
    except KeyError:
        name = "nobody" if uid == 0 else f"with the number {uid}"
        raise WouldNotStart(
            f"PostgreSQL needs an entry in /etc/passwd, and there is no user {name}.\n"
            "Run as another user, or set DATABASE_URL and REDIS_URL to servers of your own."
        ) from None
    return User(entry.pw_uid, entry.pw_gid, switch=uid == 0)


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
