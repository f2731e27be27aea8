"""Makes subscribers at the broker: a login, what it may do, its queue and bindings. Changes and removes them.

A subscriber has its own queue, `<name>`, and its dead letters, `<name>.dead`, as a service has; it may read
these two, put messages into them, and nothing else. A listener makes queues `<name>.…` itself and may bind
them to its types. Login, queue and own exchange have the same name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from libs.common.clock import iso_utc
from libs.common.commands import CommandFailed
from libs.common.messaging.definitions import (
    LISTENER,
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
from libs.common.messaging.management import Management
from libs.common.messaging.patterns import NO_TYPE, only
from libs.common.messaging.topology import (
    Topology,
    dead_letters_arguments,
    subscriber_queue_arguments,
)

SUBSCRIBER = "subscriber"
"""The tag of a login with a queue that it finds."""
MADE = "made:"
"""The beginning of the tag with the time at which a login was made."""
POLICY_PRIORITY = 10
NO_PASSWORD = {"password_hash": "", "hashing_algorithm": "rabbit_password_hashing_sha256"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bounds of a queue that nobody reads: it keeps the newest messages, up to a number and a size.

    With `unused_days` it is deleted when nobody has read it for so long. Dead letters are not: a subscriber
    that is at work does not read them.
    """

    messages: int = 1_000_000
    megabytes: int = 1_000
    unused_days: int | None = None


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A subscriber, or a listener if `listen_only`, and the patterns of the types that it may hear."""

    name: str
    types: tuple[str, ...]
    listen_only: bool = False
    bounds: Bounds = Bounds()

    @property
    def tag(self) -> str:
        """The tag by which its login is recognised."""
        return LISTENER if self.listen_only else SUBSCRIBER


def definitions_of(subscriber: Subscriber, topology: Topology, vhost: str) -> Definitions:
    """All that a subscriber needs at the broker, except its login."""
    name, types = subscriber.name, subscriber.types
    user, dead = topology.queue(name), topology.dead_letters(name)
    if subscriber.listen_only:
        may, may_hear = listener_rights(vhost, topology, name, types)
        return {
            "policies": [_policy(vhost, user, rf"^{re.escape(user)}\.", subscriber.bounds)],
            "permissions": [may],
            "topic_permissions": [may_hear],
        }
    its_queue, its_dead_letters = (f"^{re.escape(each)}$" for each in (user, dead))
    return {
        "exchanges": [exchange(vhost, topology.own_exchange(name), "direct")],
        "policies": [
            _policy(vhost, user, its_queue, subscriber.bounds),
            _policy(vhost, dead, its_dead_letters, replace(subscriber.bounds, unused_days=None)),
        ],
        "queues": [
            queue(vhost, dead, dead_letters_arguments()),
            queue(vhost, user, subscriber_queue_arguments(topology, name)),
        ],
        "bindings": [
            *own_bindings(vhost, topology, name, (user, dead)),
            *(binding(vhost, topology.exchange, user, pattern) for pattern in types),
        ],
        "permissions": [
            permission(
                vhost, user, configure=NOTHING, write=its_queue, read=f"{its_queue}|{its_dead_letters}"
            )
        ],
        "topic_permissions": [
            topic_permission(vhost, user, topology.exchange, write=NO_TYPE, read=only(types))
        ],
    }


def _policy(vhost: str, name: str, pattern: str, bounds: Bounds) -> Definition:
    """The bounds as a policy: those among a queue's arguments could never change."""
    content: dict[str, int | str] = {
        "max-length": bounds.messages,
        "max-length-bytes": bounds.megabytes * 1_000_000,
        "overflow": "drop-head",
    }
    if bounds.unused_days is not None:
        content["expires"] = bounds.unused_days * 86_400_000
    return {
        "vhost": vhost,
        "name": name,
        "pattern": pattern,
        "apply-to": "queues",
        "definition": content,
        "priority": POLICY_PRIORITY,
    }


async def make(api: Management, topology: Topology, subscriber: Subscriber, now: datetime) -> bool:
    """Make a subscriber, or change the one that is there; returns whether its login has a password.

    A new login has none, so that nobody enters before all is done. Repeat what was interrupted.
    """
    user = topology.queue(subscriber.name)
    there = await find_login(api, user)
    if there is None:
        await _put_login(api, user, f"{subscriber.tag},{MADE}{iso_utc(now)}", NO_PASSWORD)
    elif subscriber.tag not in there["tags"]:
        raise CommandFailed(_mistaken(subscriber.name, there["tags"]))
    await api.apply(definitions_of(subscriber, topology, api.vhost))
    await _forget_other_types(api, topology, subscriber)
    return there is not None and bool(there["password_hash"])


async def set_password(api: Management, topology: Topology, name: str, password: str) -> None:
    """Give a subscriber's login a new password. Connections that are open stay open."""
    user = topology.queue(name)
    login = await existing_login(api, user, name)
    await _put_login(api, user, ",".join(login["tags"]), {"password": password})


async def disconnect(api: Management, topology: Topology, name: str) -> None:
    """End a subscriber's connections."""
    await api.delete("connections", "username", topology.queue(name))


async def waiting_messages(api: Management, topology: Topology, name: str) -> int:
    """The number of messages in a subscriber's or listener's queues, a few seconds ago."""
    await existing_login(api, topology.queue(name), name)
    return sum(each.get("messages", 0) for each in await _queues_of(api, topology, name))


async def remove(api: Management, topology: Topology, name: str, *, keep_queue: bool) -> None:
    """Take everything of a subscriber from the broker, its login last. Repeat what was interrupted.

    With `keep_queue` its queues stay with their messages and get no new events; `make` takes them up again.
    """
    user = topology.queue(name)
    login = await existing_login(api, user, name)
    await _put_login(api, user, ",".join(login["tags"]), NO_PASSWORD)  # nobody comes back meanwhile
    for each in await _queues_of(api, topology, name):
        if keep_queue:
            for binding_there in await _bindings(api, topology, each["name"], but=NOTHING):
                await api.unbind(binding_there)
        else:
            await api.delete("queues", api.vhost, each["name"])
    if not keep_queue:
        await api.delete("exchanges", api.vhost, topology.own_exchange(name))
        for policy in (user, topology.dead_letters(name)):
            await api.delete("policies", api.vhost, policy)
    await api.delete("users", user)  # and with it its permissions and connections


async def find_login(api: Management, user: str) -> Definition | None:
    """A login of the broker, whoever's it is."""
    login: Definition | None = await api.find("users", user)
    return login


async def existing_login(api: Management, user: str, name: str) -> Definition:
    """The login of a subscriber or listener. Raises `CommandFailed` if there is none."""
    login = await find_login(api, user)
    if login is None:
        raise CommandFailed(f"there is no subscriber {name}")
    if not {SUBSCRIBER, LISTENER} & set(login["tags"]):
        raise CommandFailed(_mistaken(name, login["tags"]))
    return login


async def _put_login(api: Management, user: str, tags: str, password: Definition) -> None:
    await api.put({"tags": tags, **password}, "users", user)


def _mistaken(name: str, tags: Iterable[str]) -> str:
    kinds = {SUBSCRIBER: "has a queue of its own", LISTENER: "listens only"}
    kind = next((text for tag, text in kinds.items() if tag in tags), "")
    if kind:
        return f"{name} is there and {kind}: remove it first"
    return f"the broker has a user {name} that is no subscriber: take another name"


async def _forget_other_types(api: Management, topology: Topology, subscriber: Subscriber) -> None:
    """Undo the bindings that the types do not allow any more.

    An exclusive queue of a listener belongs to its connection, which is ended; the next may not bind it so.
    """
    for each in await _queues_of(api, topology, subscriber.name):
        allowed = only(subscriber.types) if subscriber.listen_only else _exactly(subscriber.types)
        others = await _bindings(api, topology, each["name"], but=allowed)
        if others and each["exclusive"]:
            await disconnect(api, topology, subscriber.name)
        else:
            for binding_there in others:
                await api.unbind(binding_there)


def _exactly(patterns: Iterable[str]) -> str:
    return "|".join(f"^{re.escape(pattern)}$" for pattern in patterns)


async def _bindings(api: Management, topology: Topology, queue_name: str, *, but: str) -> list[Definition]:
    """The bindings of a queue to the events, without those whose pattern fits an expression."""
    bindings = await api.find("queues", api.vhost, queue_name, "bindings") or []
    of_events = [each for each in bindings if each["source"] == topology.exchange]
    return [each for each in of_events if not re.search(but, each["routing_key"])]


async def _queues_of(api: Management, topology: Topology, name: str) -> list[Definition]:
    user = topology.queue(name)
    queues = await all_queues(api)
    return [each for each in queues if each["name"] == user or each["name"].startswith(f"{user}.")]


async def all_queues(api: Management) -> list[Definition]:
    """The queues of the virtual host, with the number of their messages a few seconds ago.

    These totals are there also where the broker collects no statistics.
    """
    queues: list[Definition] = await api.find(
        "queues", api.vhost, disable_stats="true", enable_queue_totals="true"
    )
    return queues
