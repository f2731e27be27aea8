"""Tells which subscribers and listeners a broker has, and what waits for them."""

from collections import defaultdict
from dataclasses import dataclass

from libs.common.messaging.definitions import LISTENER
from libs.common.messaging.management import Management
from libs.common.messaging.subscribing import MADE, SUBSCRIBER, all_queues
from libs.common.messaging.topology import Topology


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscriber as the broker knows it. `waiting` and `dead` are numbers of messages."""

    name: str
    listens_only: bool
    types: tuple[str, ...]
    """The patterns to which its queue is bound; of a listener, the regular expression of what it may hear."""
    waiting: int
    dead: int
    connections: int
    made: str
    """The time in UTC, empty if it is not known."""


async def list_subscribers(api: Management, topology: Topology) -> list[Subscribed]:
    """All of them, by name."""
    logins = await api.find("users") or []
    theirs = {
        login["name"]: login["tags"]
        for login in logins
        if login["name"].startswith(topology.prefix) and {SUBSCRIBER, LISTENER} & set(login["tags"])
    }
    messages = {queue["name"]: queue.get("messages", 0) for queue in await all_queues(api)}
    types = await _types_by_queue(api, topology)
    return [
        await _subscribed(api, topology, user, theirs[user], messages, types.get(user, []))
        for user in sorted(theirs)
    ]


async def _subscribed(
    api: Management,
    topology: Topology,
    user: str,
    tags: list[str],
    messages: dict[str, int],
    types: list[str],
) -> Subscribed:
    name = user.removeprefix(topology.prefix)
    listens_only = LISTENER in tags
    if listens_only:
        types = [each["read"] for each in await api.find("topic-permissions", api.vhost, user) or []]
        waiting = sum(number for queue, number in messages.items() if queue.startswith(f"{user}."))
    else:
        waiting = messages.get(user, 0)
    return Subscribed(
        name,
        listens_only,
        tuple(sorted(types)),
        waiting,
        0 if listens_only else messages.get(topology.dead_letters(name), 0),
        len(await api.find("connections", "username", user) or []),
        next((tag.removeprefix(MADE) for tag in tags if tag.startswith(MADE)), ""),
    )


async def _types_by_queue(api: Management, topology: Topology) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for each in await api.find("exchanges", api.vhost, topology.exchange, "bindings", "source") or []:
        found[each["destination"]].append(each["routing_key"])
    return found
