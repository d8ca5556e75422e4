"""Seeded bugs in the commands, the demo and the servers that it brings along."""

from tests.mutants.bug import Bug

BUGS = (
    Bug(
        "T24",
        "trambot/demo/keyring.py",
        "A secret's file can be read by everybody",
        "            write_private(folder / name, value)",
        "            (folder / name).write_text(value)",
    ),
    Bug(
        "T24",
        "trambot/demo/parts.py",
        "A part of the demo gets our own settings",
        'if not name.startswith("TRAMBOT_") and name not in {"DATABASE_URL", "REDIS_URL"}',
        'if not name.startswith("TRAMBOT_")',
    ),
    Bug(
        "T24",
        "trambot/servers/postgres.py",
        "A refused row stands in the server's log",
        '    "log_error_verbosity": "terse",\n',
        "",
    ),
    Bug(
        "T34",
        "trambot/servers/valkey.py",
        "A full Valkey throws keys away",
        "maxmemory-policy noeviction",
        "maxmemory-policy allkeys-lru",
    ),
    Bug(
        "T46",
        "trambot/registry/worker.py",
        "A piece is written, and noted later",
        "            with self._link.transaction():\n                self._note(piece, done)\n                self._copy(good)\n",
        "            self._copy(good)\n            self._note(piece, done)\n",
    ),
    Bug(
        "T46",
        "trambot/registry/bring.py",
        "A file that changed is gone on with",
        "if digest != piece.digest:",
        "if len(digest) != len(piece.digest):",
    ),
)
