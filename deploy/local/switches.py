"""Variables that turn something on: OBSERVE, POOLER, SEPARATE, TLS; for one command JSON, VERBOSE, YES."""

from collections.abc import Mapping


def is_on(switch: str, environment: Mapping[str, str]) -> bool:
    """Whether the variable is set, to anything but `0`."""
    return environment.get(switch, "") not in {"", "0"}
