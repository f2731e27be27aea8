"""Writes RabbitMQ's definitions: exchange, queues, and what each login may do: `python -m deploy.broker`.

A service's login publishes the service's own event types and reads the service's own queues; it declares
nothing, so the broker refuses everything else. Each way of deploying adds the logins' passwords.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from deploy.logins import ADMINISTRATOR, DEFINITIONS, LOGINS
from libs.common.clock import system_clock
from libs.common.contracts.auth import SessionRevoked
from libs.common.contracts.event import owner_of
from libs.common.contracts.registry import EVENTS
from libs.common.messaging.inbox import Subscription, models_of
from libs.common.messaging.topology import (
    HISTORY_ARGUMENTS,
    RETRY_DELAYS_SECONDS,
    Topology,
    dead_letters_arguments,
    queue_arguments,
    retry_arguments,
)
from services.analytics.consumers import subscriptions as of_analytics
from services.catalog.consumers import subscriptions as of_catalog
from services.customers.consumers import subscriptions as of_customers

Definition = dict[str, Any]

VHOST = "/"
TOPOLOGY = Topology()
NOTHING = "^$"


def consumed() -> dict[str, list[str]]:
    """Service → the event types that it consumes."""
    subscriptions: Mapping[str, tuple[Subscription, ...]] = {
        "analytics": of_analytics(ZoneInfo("UTC")),
        "catalog": tuple(of_catalog(system_clock)),
        "customers": tuple(of_customers(ZoneInfo("UTC"))),
    }
    return {service: list(models_of(of)) for service, of in subscriptions.items()}


def definitions() -> Definition:
    """Everything but the users and their passwords."""
    return {
        "vhosts": [{"name": VHOST}],
        "permissions": [_permission(ADMINISTRATOR, ".*", ".*", ".*"), *map(_permissions_of, LOGINS)],
        "topic_permissions": list(map(_topics_of, LOGINS)),
        "exchanges": [
            _exchange(TOPOLOGY.exchange, "topic"),
            *(_exchange(TOPOLOGY.own_exchange(service), "direct") for service in consumed()),
        ],
        "queues": [
            _queue(TOPOLOGY.history, HISTORY_ARGUMENTS),
            *(queue for service in consumed() for queue in _queues_of(service)),
        ],
        "bindings": [
            _binding(TOPOLOGY.exchange, TOPOLOGY.history, "#"),
            *(binding for service, types in consumed().items() for binding in _bindings_of(service, types)),
        ],
    }


def _permissions_of(login: str) -> Definition:
    """The gateway makes its own queue; services find theirs."""
    own = f"^{login}\\."
    if login == "gateway":
        return _permission(login, own, own, f"{own}|^{TOPOLOGY.exchange}$")
    writable = [TOPOLOGY.exchange] if _publishes(login) else []
    readable = NOTHING
    if login in consumed():
        writable.append(TOPOLOGY.own_exchange(login))
        readable = f"^{login}($|\\.)"
    return _permission(login, NOTHING, f"^({'|'.join(writable)})$", readable)


def _topics_of(login: str) -> Definition:
    """The event types that a login may publish, and bind a queue to."""
    return {
        "user": login,
        "vhost": VHOST,
        "exchange": TOPOLOGY.exchange,
        "write": f"^{login}\\." if _publishes(login) else NOTHING,
        "read": f"^{re.escape(SessionRevoked.event_type)}$" if login == "gateway" else NOTHING,
    }


def _publishes(login: str) -> bool:
    return any(owner_of(event_type) == login for event_type in EVENTS)


def _permission(user: str, configure: str, write: str, read: str) -> Definition:
    return {"user": user, "vhost": VHOST, "configure": configure, "write": write, "read": read}


def _exchange(name: str, kind: str) -> Definition:
    return {"name": name, "vhost": VHOST, "type": kind, "durable": True, **_PERMANENT, "internal": False}


def _queues_of(service: str) -> Iterator[Definition]:
    yield _queue(TOPOLOGY.queue(service), queue_arguments(TOPOLOGY, service))
    for delay in RETRY_DELAYS_SECONDS:
        yield _queue(TOPOLOGY.retry_queue(service, delay), retry_arguments(TOPOLOGY, service, delay))
    yield _queue(TOPOLOGY.dead_letters(service), dead_letters_arguments())


def _bindings_of(service: str, event_types: list[str]) -> Iterator[Definition]:
    for event_type in event_types:
        yield _binding(TOPOLOGY.exchange, TOPOLOGY.queue(service), event_type)
    for queue in TOPOLOGY.queues(service):
        yield _binding(TOPOLOGY.own_exchange(service), queue, queue)


_PERMANENT = {"auto_delete": False, "arguments": {}}


def _queue(name: str, arguments: Mapping[str, object]) -> Definition:
    return {"name": name, "vhost": VHOST, "durable": True, **_PERMANENT, "arguments": dict(arguments)}


def _binding(source: str, queue: str, routing_key: str) -> Definition:
    return {
        "source": source,
        "vhost": VHOST,
        "destination": queue,
        "destination_type": "queue",
        "routing_key": routing_key,
        "arguments": {},
    }


def to_text(content: Definition) -> str:
    """The definitions as RabbitMQ reads them from a file."""
    return json.dumps(content, indent=2) + "\n"


if __name__ == "__main__":
    DEFINITIONS.write_text(to_text(definitions()))
