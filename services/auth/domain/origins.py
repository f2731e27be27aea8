"""Who did something, and from where? What the audit trail knows of a deed's origin."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """`actor_id` is None while nobody has proved who they are; the address is the one the gateway saw."""

    actor_id: int | None
    ip_address: str
    user_agent: str


OPERATOR = Origin(actor_id=None, ip_address="", user_agent="")
"""Somebody with a shell: a command on the server, which no request brought."""
