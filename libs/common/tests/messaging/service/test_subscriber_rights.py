"""A subscriber reads its own queue and its dead letters, and can do nothing else at the broker."""

import pytest
from aio_pika.abc import AbstractChannel

from libs.common.messaging.broker import Broker
from libs.common.tests.messaging.subscribing import Subscribers
from libs.testing.broker_logins import Login, Use, bound, published, read

CREATED = "sales.order_created.v1"


@pytest.fixture
async def login(subscribers: Subscribers) -> Login:
    """A subscriber's, beside another one."""
    await subscribers.add("other", "#")
    return await subscribers.add("erp", CREATED)


async def refused(login: Login, ways: list[Use]) -> list[int]:
    """The numbers of the ways that the broker does not let the login go."""
    return [number for number, way in enumerate(ways) if not await login.may(way)]


async def test_it_reads_its_queue_and_its_dead_letters(login: Login, broker: Broker) -> None:
    for queue in (broker.topology.queue("erp"), broker.topology.dead_letters("erp")):
        assert await login.may(read(queue))


async def test_it_reads_no_other_queue(login: Login, broker: Broker) -> None:
    topology = broker.topology
    ways = [
        read(topology.queue("other")),
        read(topology.dead_letters("other")),
        read(topology.history, {"x-stream-offset": "first"}),
    ]
    assert await refused(login, ways) == [0, 1, 2]


async def test_it_publishes_no_event(login: Login, broker: Broker) -> None:
    topology = broker.topology
    exchanges = (
        topology.exchange,
        topology.own_exchange("other"),
        "",
        "amq.topic",
        "amq.direct",
        "amq.fanout",
    )
    keys = (CREATED, topology.queue("other"), topology.queue("erp"))
    ways = [published(key, exchange) for exchange in exchanges for key in keys]
    assert await refused(login, ways) == list(range(len(ways)))


async def test_it_puts_messages_into_its_own_queues_only(login: Login, broker: Broker) -> None:
    own = broker.topology.own_exchange("erp")
    for queue in (broker.topology.queue("erp"), broker.topology.dead_letters("erp")):
        assert await login.may(published(queue, own))


async def test_it_hears_no_other_type(login: Login, broker: Broker) -> None:
    topology = broker.topology
    ways = [
        bound(topology.queue(queue), topology.exchange, key)
        for queue in ("erp", "other")
        for key in (CREATED, "sales.order_paid.v1", "sales.#", "#")
    ]
    assert await refused(login, ways) == list(range(len(ways)))


async def test_it_declares_and_deletes_nothing(login: Login, broker: Broker) -> None:
    topology = broker.topology
    ways: list[Use] = [
        lambda channel: channel.declare_queue(f"{topology.queue('erp')}.more"),
        lambda channel: channel.declare_queue(topology.queue("another")),
        lambda channel: channel.declare_queue(exclusive=True),
        lambda channel: channel.declare_exchange(topology.own_exchange("another"), "fanout"),
        lambda channel: channel.queue_delete(topology.queue("erp")),
        lambda channel: channel.queue_delete(topology.queue("other")),
        lambda channel: channel.exchange_delete(topology.exchange),
        lambda channel: channel.exchange_delete(topology.own_exchange("erp")),
    ]
    assert await refused(login, ways) == list(range(len(ways)))


async def test_a_listener_hears_its_types_on_queues_of_its_own(
    subscribers: Subscribers, broker: Broker
) -> None:
    topology = broker.topology
    await subscribers.add("erp", CREATED)
    listener = await subscribers.add("screen", "sales.*.v1", options=("--listen-only",))

    def hears(queue: str, key: str) -> Use:
        async def hear(channel: AbstractChannel) -> None:
            await (await channel.declare_queue(queue, exclusive=True)).bind(topology.exchange, key)

        return hear

    own = f"{topology.queue('screen')}.1"
    assert await listener.may(hears(own, "sales.*.v1"))
    assert await listener.may(hears(own, CREATED))
    ways = [
        *(hears(own, key) for key in ("#", "sales.#", "auth.session_revoked.v1", "*.*.v1")),
        hears(topology.queue("screens"), CREATED),
        read(topology.queue("erp")),
        read(topology.history, {"x-stream-offset": "first"}),
        published(CREATED, topology.exchange),
        published(topology.queue("erp"), ""),
        bound(topology.queue("erp"), topology.exchange, CREATED),
    ]
    assert await refused(listener, ways) == list(range(len(ways)))
