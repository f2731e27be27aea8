"""Writes RabbitMQ's definitions: exchange, queues, and what each login may do: `python -m deploy.broker`.

A service's login publishes the service's own event types and reads the service's own queues; it declares
nothing, so the broker refuses everything else. The gateway's is a listener: `add gateway --listen-only` of
`libs.common.messaging.subscribers` gives the same rights. Each way of deploying adds the logins' passwords.
A cluster has the same as resources of RabbitMQ's Messaging Topology Operator (`deploy/k8s/topology.py`).
"""

import json
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from deploy.k8s import topology
from deploy.logins import ADMINISTRATOR, DEFINITIONS
from libs.common.clock import system_clock
from libs.common.contracts.auth import SessionRevoked
from libs.common.contracts.registry import PUBLISHERS
from libs.common.messaging.definitions import (
    NOTHING,
    Definition,
    Definitions,
    binding,
    exchange,
    listener_rights,
    own_bindings,
    permission,
    queue,
    topic_permission,
)
from libs.common.messaging.inbox import Subscription, models_of
from libs.common.messaging.patterns import NO_TYPE
from libs.common.messaging.topology import (
    HISTORY_ARGUMENTS,
    RETRY_DELAYS_SECONDS,
    Topology,
    dead_letters_arguments,
    queue_arguments,
    retry_arguments,
)
from libs.services import SERVICES
from services.analytics.consumers import subscriptions as of_analytics
from services.catalog.consumers import subscriptions as of_catalog
from services.customers.consumers import subscriptions as of_customers
from services.sales.consumers import subscriptions as of_sales

VHOST = "/"
TOPOLOGY = Topology()


def consumed() -> dict[str, list[str]]:
    """Service → the event types that it consumes."""
    subscriptions: Mapping[str, tuple[Subscription, ...]] = {
        "analytics": of_analytics(ZoneInfo("UTC")),
        "catalog": tuple(of_catalog(system_clock)),
        "customers": tuple(of_customers(ZoneInfo("UTC"))),
        "sales": of_sales(),
    }
    return {service: list(models_of(of)) for service, of in subscriptions.items()}


def definitions() -> Definitions:
    """Everything but the users and their passwords."""
    of_gateway, heard_by_gateway = listener_rights(VHOST, TOPOLOGY, "gateway", [SessionRevoked.event_type])
    return {
        "vhosts": [{"name": VHOST}],
        "permissions": [
            permission(VHOST, ADMINISTRATOR, configure=".*", write=".*", read=".*"),
            *map(_permission_of, SERVICES),
            of_gateway,
        ],
        "topic_permissions": [*map(_topics_of, SERVICES), heard_by_gateway],
        "exchanges": [
            exchange(VHOST, TOPOLOGY.exchange, "topic"),
            *(exchange(VHOST, TOPOLOGY.own_exchange(service), "direct") for service in consumed()),
        ],
        "queues": [
            queue(VHOST, TOPOLOGY.history, HISTORY_ARGUMENTS),
            *(each for service in consumed() for each in _queues_of(service)),
        ],
        "bindings": [
            binding(VHOST, TOPOLOGY.exchange, TOPOLOGY.history, "#"),
            *(each for service, types in consumed().items() for each in _bindings_of(service, types)),
        ],
    }


def _permission_of(service: str) -> Definition:
    """A service declares nothing, and finds its queues."""
    writable = [TOPOLOGY.exchange] if service in PUBLISHERS else []
    readable = NOTHING
    if service in consumed():
        writable.append(TOPOLOGY.own_exchange(service))
        readable = f"^{service}($|\\.)"
    return permission(VHOST, service, configure=NOTHING, write=f"^({'|'.join(writable)})$", read=readable)


def _topics_of(service: str) -> Definition:
    """The event types that a service may publish."""
    write = f"^{service}\\." if service in PUBLISHERS else NO_TYPE
    return topic_permission(VHOST, service, TOPOLOGY.exchange, write=write, read=NO_TYPE)


def _queues_of(service: str) -> Iterator[Definition]:
    yield queue(VHOST, TOPOLOGY.queue(service), queue_arguments(TOPOLOGY, service))
    for delay in RETRY_DELAYS_SECONDS:
        arguments = retry_arguments(TOPOLOGY, service, delay)
        yield queue(VHOST, TOPOLOGY.retry_queue(service, delay), arguments)
    yield queue(VHOST, TOPOLOGY.dead_letters(service), dead_letters_arguments())


def _bindings_of(service: str, event_types: list[str]) -> Iterator[Definition]:
    for event_type in event_types:
        yield binding(VHOST, TOPOLOGY.exchange, TOPOLOGY.queue(service), event_type)
    yield from own_bindings(VHOST, TOPOLOGY, service, TOPOLOGY.queues(service))


def to_text(content: Definitions) -> str:
    """The definitions as RabbitMQ reads them from a file."""
    return json.dumps(content, indent=2) + "\n"


if __name__ == "__main__":
    DEFINITIONS.write_text(to_text(definitions()))
    topology.TOPOLOGY.write_text(topology.to_text(definitions()))
