"""The broker's definitions as resources of RabbitMQ's Messaging Topology Operator.

The operator makes what they describe and repairs what differs. Names of resources are derived from the
names at the broker, so that the same definitions give the same resources.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from deploy.logins import ADMINISTRATOR
from libs.common.messaging.definitions import Definition, Definitions
from libs.services import PARTS

Manifest = dict[str, Any]

TOPOLOGY = Path(__file__).parent / "components" / "topology" / "topology.yaml"
CLUSTER = {"name": "rabbitmq"}
QUEUE_TYPE = "x-queue-type"
HEAD = "# Written by `make broker`, from the same definitions as deploy/compose/broker.json.\n"


def resources(definitions: Definitions) -> Iterator[Manifest]:
    """A resource for each definition, and for each login; its password is in the Secret `<login>-broker`."""
    for login in PARTS:
        yield _resource("User", login, importCredentialsSecret={"name": f"{login}-broker"})
    for permission in _of_logins(definitions["permissions"]):
        yield _rights("Permission", permission, ("configure", "write", "read"))
    for permission in _of_logins(definitions["topic_permissions"]):
        yield _rights("TopicPermission", permission, ("exchange", "write", "read"))
    for exchange in definitions["exchanges"]:
        yield _resource("Exchange", exchange["name"], **_pick(exchange, "name", "vhost", "type", "durable"))
    for queue in definitions["queues"]:
        yield _queue(queue)
    for binding in definitions["bindings"]:
        yield _binding(binding)


def to_text(definitions: Definitions) -> str:
    """The resources as a file of the component."""
    return HEAD + yaml.safe_dump_all(resources(definitions), sort_keys=False, width=110)


def _of_logins(permissions: Iterable[Definition]) -> Iterator[Definition]:
    """Without the administrator's, whom the cluster's operator makes."""
    return (permission for permission in permissions if permission["user"] != ADMINISTRATOR)


def _rights(kind: str, permission: Definition, members: tuple[str, ...]) -> Manifest:
    return _resource(
        kind,
        permission["user"],
        vhost=permission["vhost"],
        userReference={"name": permission["user"]},
        permissions=_pick(permission, *members),
    )


def _queue(queue: Definition) -> Manifest:
    arguments = dict(queue["arguments"])
    kind = arguments.pop(QUEUE_TYPE)  # a member of its own here
    return _resource(
        "Queue", queue["name"], **_pick(queue, "name", "vhost", "durable"), type=kind, arguments=arguments
    )


def _binding(binding: Definition) -> Manifest:
    source, destination, key = binding["source"], binding["destination"], binding["routing_key"]
    words = [source, "to", destination]
    if key != destination:
        words.append("all" if key == "#" else key.replace("_", "-"))
    return _resource(
        "Binding",
        ".".join(words),
        vhost=binding["vhost"],
        source=source,
        destination=destination,
        destinationType=binding["destination_type"],
        routingKey=key,
    )


def _pick(definition: Definition, *members: str) -> Definition:
    return {member: definition[member] for member in members}


def _resource(kind: str, name: str, /, **spec: object) -> Manifest:
    return {
        "apiVersion": "rabbitmq.com/v1beta1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {**spec, "rabbitmqClusterReference": dict(CLUSTER)},
    }
