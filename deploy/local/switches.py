"""Variables that turn something on for a start: OBSERVE, POOLER, SEPARATE, TLS."""

from collections.abc import Mapping


def is_on(switch: str, environment: Mapping[str, str]) -> bool:
    """Whether the variable is set, to anything but `0`."""
    return environment.get(switch, "") not in {"", "0"}
