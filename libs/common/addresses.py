"""Normalises IP addresses, and groups them for limits per address."""

from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

NO_ADDRESS = ""
CACHED = 4_096


@lru_cache(CACHED)
def canonical(address: str) -> str:
    """Write an address without port and brackets, IPv4 in IPv6 as IPv4; `NO_ADDRESS` for anything else."""
    bare = address.partition("]")[0].removeprefix("[")
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        known = ip_address(bare)
    except ValueError:
        return NO_ADDRESS
    if isinstance(known, IPv6Address) and known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(known)


@lru_cache(CACHED)
def household(address: str) -> str:
    """Return the key of a limit per address: an IPv4 address, or the /64 of an IPv6 address.

    An IPv6 customer has a whole /64, so a limit per single address would have no effect.
    """
    known = canonical(address)
    if ":" not in known:
        return known
    return str(IPv6Network((IPv6Address(known).packed[:8] + bytes(8), 64)))
