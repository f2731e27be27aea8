"""The one way to write an IP address, and what limits per address count as one address."""

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
    """Return what counts as one address: an IPv4 address, or the /64 of an IPv6 address.

    One IPv6 customer has a whole /64, so that a limit per single address would be none.
    """
    known = canonical(address)
    if ":" not in known:
        return known
    return str(IPv6Network((IPv6Address(known).packed[:8] + bytes(8), 64)))
