"""The PostgreSQL and Valkey that TramBot brings along, started as children that die with it."""

from trambot.servers.postgres import Postgres, embedded_postgres
from trambot.servers.valkey import Valkey, embedded_valkey

__all__ = ["Postgres", "Valkey", "embedded_postgres", "embedded_valkey"]
