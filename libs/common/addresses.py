"""Which addresses are one customer's? What limits per address count by."""

from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network


@lru_cache(maxsize=4_096)
def household(address: str) -> str:
    """What is counted as one address: of IPv6 the /64 that a customer has, or there would be no limit."""
    if ":" not in address:
        return address
    try:
        known = IPv6Address(address)
    except ValueError:  # whatever the server in front calls its peer
        return address
    return str(known.ipv4_mapped or IPv6Network((known.packed[:8] + bytes(8), 64)))
