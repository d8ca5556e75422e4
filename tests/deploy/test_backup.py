"""The backup of docs/install.md: what comes back is what was there, for the same people and no others."""

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from models.migrations.run import upgrade
from tests.deploy.compose import PROJECT
from tests.shared_database import Cluster
from trambot.servers.programs import postgres_programs
from trambot.servers.users import servers_user

PAGE = PROJECT / "docs" / "install.md"
NO_DIFFERENCE = re.compile(r"^\\(un)?restrict .*$|^--.*$|::character varying|::text|\[\]|[()]", re.MULTILINE)
"""pg_dump's guard against what a dump does to psql, its comments, and the two ways PostgreSQL has to write a cast."""


def words_of(program: str) -> list[str]:
    """The words that the page has people say to the program, without those that say where and which database."""
    (line,) = [line for line in PAGE.read_text().splitlines() if f" {program} " in line]
    words = shlex.split(line.partition(f" {program} ")[2].partition(" < ")[0].partition(" > ")[0])
    return [word for word in words if word not in ("-U", "postgres", "-d", "trambot")]


def run(program: str, *words: str | Path) -> bytes:
    """The output of one of PostgreSQL's programs, as old as the server itself."""
    programs, _ = postgres_programs(servers_user())
    return subprocess.run([programs / program, *words], check=True, capture_output=True).stdout


def test_what_was_backed_up_as_the_page_says_comes_back(
    cluster: Cluster, superuser_url: str, api_url: str, empty_database: Callable[[], str], tmp_path: Path
) -> None:
    dump = tmp_path / "trambot.dump"
    dump.write_bytes(run("pg_dump", *words_of("pg_dump"), superuser_url))
    restored = empty_database().rpartition("/")[2]
    there = cluster.superuser_url(restored)
    owner = cluster.owner_url(restored)
    role = psycopg.conninfo.conninfo_to_dict(owner)["user"]
    words = [word.replace("trambot_owner", str(role)) for word in words_of("pg_restore")]
    run("pg_restore", *words, "-d", there, dump)
    upgrade(owner, cluster.api_url(restored))
    assert described(there) == described(superuser_url)
    assert counted(there) == counted(superuser_url)


def described(url: str) -> str:
    """All tables, functions, triggers, policies and rights, as text."""
    return NO_DIFFERENCE.sub("", run("pg_dump", "--schema-only", url).decode())


def counted(url: str) -> dict[str, int]:
    """How many rows each table has."""
    with psycopg.connect(url) as link:
        names = link.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        counts = {name: link.execute(SQL("SELECT count(*) FROM {}").format(Identifier(name))) for (name,) in names}
        return {name: count.fetchall()[0][0] for name, count in counts.items()}
