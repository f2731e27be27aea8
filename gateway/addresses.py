"""Where does a request come from? What a proxy says is believed only where the operator named the proxy."""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.types import Scope

NOBODY = ""


class TrustedProxies:
    """The networks of the proxies in front of the gateway: `10.0.0.0/8, fd00::/8`. Raises `ValueError`."""

    def __init__(self, networks: str) -> None:
        self._networks = tuple(ip_network(part.strip()) for part in networks.split(",") if part.strip())

    def include(self, address: str) -> bool:
        """Whether this address, written as `canonical` writes it, is a proxy's."""
        if not self._networks or not address:
            return False
        known = ip_address(address)
        return any(known in network for network in self._networks)


def client_address(scope: Scope, trusted: TrustedProxies) -> str:
    """The peer, or whom trusted proxies name: the right-most address that is none of theirs.

    What stands further left was said by the client itself. What is no address ends the search at the last
    proxy. Empty if there is no peer at all.
    """
    address = _peer(scope)
    if not trusted.include(address):
        return address
    for named in reversed(_said(scope, b"x-forwarded-for").split(",")):
        client = canonical(named.strip())
        if client == NOBODY:
            break
        address = client
        if not trusted.include(client):
            break
    return address


def client_scheme(scope: Scope, trusted: TrustedProxies) -> str:
    """`https` if the client speaks TLS: with us, or with the trusted proxy that says so. Else `http`."""
    if not trusted.include(_peer(scope)):
        return str(scope["scheme"])
    return "https" if _said(scope, b"x-forwarded-proto").strip().lower() == "https" else "http"


@lru_cache(maxsize=4_096)
def canonical(address: str) -> str:
    """The one way to write an address, without port and brackets; empty for what is none."""
    bare = address.partition("]")[0].removeprefix("[")
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        known = ip_address(bare)
    except ValueError:
        return NOBODY
    if isinstance(known, IPv6Address) and known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(known)


def _peer(scope: Scope) -> str:
    return canonical(scope["client"][0]) if scope.get("client") else NOBODY


def _said(scope: Scope, header: bytes) -> str:
    return ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == header)
