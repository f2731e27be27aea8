"""The origin of an action: its actor and device, for the audit trail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """`actor_id` is None for a caller without a token; the address is the one that the gateway saw."""

    actor_id: int | None
    ip_address: str
    user_agent: str


OPERATOR = Origin(actor_id=None, ip_address="", user_agent="")
"""An operator with a shell: a command on the server, not a request."""
