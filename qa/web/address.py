"""Where the page is served: a socket that is ours before anything slow begins."""

from __future__ import annotations

import ipaddress
import socket

from index.errors import QuothError


class ServerError(QuothError):
    """The page cannot be served at this address."""


def listen(host: str, port: int, network: bool = False) -> socket.socket:
    """A socket on `host` and `port` (0: any free one); `ServerError` where it is taken.

    Without `network`, also where other computers can reach it.
    """
    if not network and not is_loopback(host):
        raise ServerError(
            f"Host {host} can be reached from other computers, and nobody is asked for a password: add a user with "
            "python -m qa user add NAME, or say --no-auth to let everybody read and change everything."
        )
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise ServerError(f"Quoth cannot listen on {host}, port {port}: {why}. Try another one with --port.") from None


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach `host`."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
