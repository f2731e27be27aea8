"""Exchanges, queues, bindings and permissions as RabbitMQ's definitions name them.

A file of definitions holds lists of them, and the management API takes them one by one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from libs.common.messaging.patterns import NO_TYPE, only
from libs.common.messaging.topology import Topology

Definition = dict[str, Any]
Definitions = dict[str, list[Definition]]

NOTHING = "^$"
LISTENER = "listener"
"""The tag of a login that may make queues of its own and bind them to some types; it publishes nothing."""
_PERMANENT = {"auto_delete": False, "arguments": {}}


def exchange(vhost: str, name: str, kind: str) -> Definition:
    """A durable exchange."""
    return {"name": name, "vhost": vhost, "type": kind, "durable": True, **_PERMANENT, "internal": False}


def queue(vhost: str, name: str, arguments: Mapping[str, object]) -> Definition:
    """A durable queue."""
    return {"name": name, "vhost": vhost, "durable": True, **_PERMANENT, "arguments": dict(arguments)}


def binding(vhost: str, source: str, queue_name: str, routing_key: str) -> Definition:
    """A binding of a queue to an exchange."""
    return {
        "source": source,
        "vhost": vhost,
        "destination": queue_name,
        "destination_type": "queue",
        "routing_key": routing_key,
        "arguments": {},
    }


def own_bindings(vhost: str, topology: Topology, name: str, queues: Iterable[str]) -> Iterator[Definition]:
    """The bindings of a service's or subscriber's own exchange, which reaches its queues by their names."""
    for each in queues:
        yield binding(vhost, topology.own_exchange(name), each, each)


def permission(vhost: str, user: str, *, configure: str, write: str, read: str) -> Definition:
    """A user's rights to declare, write and read: regular expressions for names."""
    return {"user": user, "vhost": vhost, "configure": configure, "write": write, "read": read}


def topic_permission(vhost: str, user: str, topic_exchange: str, *, write: str, read: str) -> Definition:
    """The routing keys that a user may publish with, and bind a queue to: regular expressions."""
    return {"user": user, "vhost": vhost, "exchange": topic_exchange, "write": write, "read": read}


def listener_rights(
    vhost: str, topology: Topology, name: str, types: Iterable[str]
) -> tuple[Definition, Definition]:
    """Permission and topic permission of a login that hears some types on queues that it makes itself.

    Its queues are named `<name>.…`; it can't publish events, or read or declare another's queue.
    """
    user = topology.queue(name)
    own = f"^{re.escape(user)}\\."
    read = f"{own}|^{re.escape(topology.exchange)}$"
    return (
        permission(vhost, user, configure=own, write=own, read=read),
        topic_permission(vhost, user, topology.exchange, write=NO_TYPE, read=only(types)),
    )
