"""The loopback ports that stand for the addresses inside Compose's networks."""

import random
import re

from trambot.servers.folder import LOOPBACK, is_free

PORTS = range(20_000, 32_000)
"""Below those that the system gives to outgoing connections: one that was let go stays free until it is taken again."""


class Places:
    """Gives every `service:port` a port of this machine, the same one each time."""

    def __init__(self, services: set[str], domain: str) -> None:
        names = "|".join(re.escape(name) for name in sorted(services, key=len, reverse=True))
        self._inside = re.compile(rf"(?<![\w.-])({names}):(\d+)")
        self._domain = domain
        self._ports: dict[str, int] = {}

    def port(self, service: str, port: int | str) -> int:
        """The port of this machine that stands for the service's."""
        address = f"{service}:{port}"
        if address not in self._ports:
            self._ports[address] = self._new()
        return self._ports[address]

    def put_into(self, text: str, *, of: str = "") -> str:
        """The text with every address inside turned into its stand-in; `of`: whose own loopback it speaks of."""
        if self._domain:
            text = text.replace(f"https://{self._domain}", f"http://{LOOPBACK}:{self.port('caddy', 8443)}")
        if of:
            text = re.sub(rf"{re.escape(LOOPBACK)}:(\d+)", lambda own: f"{of}:{own[1]}", text)
        return self._inside.sub(lambda found: f"{LOOPBACK}:{self.port(found[1], found[2])}", text)

    def _new(self) -> int:
        while (port := random.choice(PORTS)) in self._ports.values() or not is_free(port):
            pass
        return port
