"""The names that the server answers to: a web page that makes its own name mean this computer must not be answered.

That trick, DNS rebinding, needs a name; an address cannot be made to mean another computer.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from index.errors import SettingsError

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
NAME = re.compile(r"[a-z0-9._-]+")


@dataclass(frozen=True)
class Hosts:
    """Names in lower case, without ports; `addresses` adds every IP address."""

    names: frozenset[str] = LOOPBACK_NAMES
    addresses: bool = False

    def answers(self, host: str) -> bool:
        """Whether a request with this Host header is answered."""
        name = hostname(host)
        return name is not None and (name in self.names or (self.addresses and _is_address(name)))


def hosts_for(network: bool, further: str) -> Hosts:
    """The loopback's names and the further ones of the setting `hosts`; with `network`, also all of this computer's."""
    names = LOOPBACK_NAMES | _further(further)
    return Hosts(names | _own_names(), addresses=True) if network else Hosts(names)


def hostname(host: str) -> str | None:
    """The name in a Host header, without the port; None where there is none."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _own_names() -> frozenset[str]:
    name = socket.gethostname().lower()
    return frozenset({name, f"{name.split('.')[0]}.local", socket.getfqdn().lower()}) - {""}


def _further(setting: str) -> frozenset[str]:
    names = [name.strip().lower() for name in setting.split(",") if name.strip()]
    for name in names:
        if NAME.fullmatch(name) is None and not _is_address(name):
            raise SettingsError(
                f"Setting hosts (QUOTH_HOSTS or quoth.toml) names {name!r}, which is no host name; write names such as "
                "quoth.example.org, with commas between them."
            )
    return frozenset(names)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
