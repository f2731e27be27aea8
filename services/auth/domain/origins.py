"""The origin of an action: its actor and device, for the audit trail."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """An actor (None without a token) and their device, with the client address that the gateway saw."""

    actor_id: int | None
    ip_address: str
    user_agent: str


OPERATOR = Origin(actor_id=None, ip_address="", user_agent="")
"""The origin of an operator's command on the server."""
