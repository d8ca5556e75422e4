"""The SMS gateway: whether it is there. Whether it takes the key shows only with an SMS, and none is sent."""

import asyncio
import socket
import ssl
from urllib.parse import urlsplit

from trambot.doctor.call import CERTIFICATE
from trambot.doctor.finding import Finding, Findings, Trouble, good, unknown, wrong
from trambot.doctor.given import Given
from trambot.doctor.way import Reach, reach_of

PATIENCE = 4.0  # seconds
PORTS = {"http": 80, "https": 443}
CORRECT = "Correct TRAMBOT_SMS_URL."


async def examine(given: Given) -> Findings:
    """Connect, and say nothing."""
    if given.sms_url is None:
        yield unknown("reached", "Not looked at: TRAMBOT_SMS_URL is not given here.")
        return
    try:
        scheme, host, port = _place(given.sms_url)
        yield await encrypted(scheme, host)
        yield await reached(scheme, host, port)
    except Trouble as trouble:
        yield trouble.found("reached")
    yield unknown("key", "Whether the gateway takes TRAMBOT_SMS_KEY only an SMS would show; none was sent.")


async def reached(scheme: str, host: str, port: int) -> Finding:
    """Whether a connection comes about, with TLS where the address asks for it.

    Raises:
        Trouble: it does not.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(host, port, ssl=scheme == "https" or None)
    except ssl.SSLCertVerificationError:
        raise Trouble(f"The certificate of {host} is not to be trusted.", CERTIFICATE) from None
    except ssl.SSLError:
        raise Trouble(f"{host}:{port} speaks no TLS.", "Look whether http or https is meant.") from None
    except socket.gaierror:
        raise Trouble(f"No name server knows {host}.", f"{CORRECT} Look at this machine's DNS.") from None
    except TimeoutError:
        raise Trouble(f"{host}:{port} does not answer.", "Look at the network and the firewall between.") from None
    except OSError:
        raise Trouble(f"Nobody answers at {host}:{port}.", f"{CORRECT} Ask the provider whether it works.") from None
    writer.close()
    return good("reached", f"The SMS gateway is there ({host}:{port}).")


async def encrypted(scheme: str, host: str) -> Finding:
    """OTPs and numbers are in every order."""
    if scheme == "https":
        return good("encrypted", "What the gateway is told cannot be read on the way.")
    match await reach_of(host):
        case Reach.THIS_MACHINE:
            return good("encrypted", "No TLS, and none is needed: the gateway is on this machine.")
        case Reach.PRIVATE:
            return unknown("encrypted", "No TLS, inside a private network: whoever listens there reads every OTP.")
        case _:
            return wrong("encrypted", "OTPs and phone numbers go to the gateway without TLS.", "Write https://.")


def _place(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port or PORTS.get(parts.scheme)
    except ValueError:
        host, port, scheme = None, None, ""
    if not (host and port and scheme in PORTS):
        raise Trouble("TRAMBOT_SMS_URL is no address like https://host/path.", CORRECT)
    return scheme, host, port
