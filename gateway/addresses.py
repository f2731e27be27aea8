"""Finds a request's client address and scheme. Only headers of proxies named by the operator are trusted."""

from ipaddress import ip_address, ip_network

from starlette.types import Scope

from libs.common.addresses import NO_ADDRESS, canonical


class TrustedProxies:
    """The networks of the proxies in front of the gateway, as in `10.0.0.0/8, fd00::/8`."""

    def __init__(self, networks: str) -> None:
        """Parse the networks. Raises `ValueError`."""
        self._networks = tuple(ip_network(part.strip()) for part in networks.split(",") if part.strip())

    def include(self, address: str) -> bool:
        """Whether this canonical address is a proxy's."""
        if not self._networks or not address:
            return False
        known = ip_address(address)
        return any(known in network for network in self._networks)


def client_address(scope: Scope, trusted: TrustedProxies) -> str:
    """Return the peer's address or, behind trusted proxies, the right-most one that is not a proxy's.

    Entries further left are the client's own claim. An entry that is no address ends the search at the last
    proxy. `NO_ADDRESS` if the peer has none.
    """
    address = _peer(scope)
    if not trusted.include(address):
        return address
    for entry in reversed(_header(scope, b"x-forwarded-for").split(",")):
        client = canonical(entry.strip())
        if client == NO_ADDRESS:
            break
        address = client
        if not trusted.include(client):
            break
    return address


def client_scheme(scope: Scope, trusted: TrustedProxies) -> str:
    """Return `https` if the client's connection, here or at a trusted proxy, uses TLS; else `http`."""
    if not trusted.include(_peer(scope)):
        return str(scope["scheme"])
    return "https" if _header(scope, b"x-forwarded-proto").strip().lower() == "https" else "http"


def _peer(scope: Scope) -> str:
    return canonical(scope["client"][0]) if scope.get("client") else NO_ADDRESS


def _header(scope: Scope, name: bytes) -> str:
    return ",".join(value.decode("latin-1") for sent, value in scope["headers"] if sent == name)
