"""A repair brings back what somebody has taken away at a broker, and loses no event meanwhile."""

import asyncio
from pathlib import Path

import aio_pika
import orjson
import pytest

from libs.common.messaging import repair
from libs.common.messaging.broker import Broker
from libs.common.messaging.definitions import (
    NOTHING,
    Definition,
    Definitions,
    binding,
    exchange,
    permission,
    queue,
    topic_permission,
)
from libs.common.messaging.management import BrokerRefuses, Management
from libs.common.messaging.repair import main
from libs.common.messaging.topology import HISTORY_ARGUMENTS, Topology, dead_letters_arguments
from libs.common.tests.messaging.subscribing import Said, Subscribers
from libs.testing.broker_logins import Login, published

CREATED = "sales.order_created.v1"
VHOST = "/"


def definitions(topology: Topology) -> Definitions:
    """The exchange and the history, a queue of orders, and a login that publishes them."""
    return {
        "exchanges": [exchange(VHOST, topology.exchange, "topic")],
        "queues": [
            queue(VHOST, topology.history, HISTORY_ARGUMENTS),
            queue(VHOST, orders(topology), dead_letters_arguments()),
        ],
        "bindings": [
            binding(VHOST, topology.exchange, topology.history, "#"),
            binding(VHOST, topology.exchange, orders(topology), CREATED),
        ],
        "permissions": [
            permission(VHOST, topology.queue("erp"), configure=NOTHING, write=topology.exchange, read=NOTHING)
        ],
        "topic_permissions": [
            topic_permission(VHOST, topology.queue("erp"), topology.exchange, write=CREATED, read=NOTHING)
        ],
    }


def orders(topology: Topology) -> str:
    return topology.queue("orders")


@pytest.fixture
async def publisher(subscribers: Subscribers) -> Login:
    """The login that the definitions let publish."""
    return await subscribers.add("erp", CREATED)


@pytest.fixture
def file(tmp_path: Path, broker: Broker) -> Path:
    """The definitions."""
    return written(tmp_path, definitions(broker.topology))


def written(folder: Path, wanted: Definitions) -> Path:
    file = folder / "definitions.json"
    file.write_bytes(orjson.dumps(wanted))
    return file


async def repaired(subscribers: Subscribers, *words: str) -> Said:
    subscribers.capsys.readouterr()
    status = await asyncio.to_thread(main, words)
    return Said(status, *subscribers.capsys.readouterr())


async def delete_exchange(broker: Broker) -> None:
    async with broker.channel() as channel:
        await channel.exchange_delete(broker.topology.exchange)


async def test_what_was_taken_away_is_there_again_and_what_waited_still_is(
    subscribers: Subscribers, publisher: Login, broker: Broker, file: Path
) -> None:
    topology = broker.topology
    assert (await repaired(subscribers, str(file))).status == 0
    async with broker.channel() as channel:
        await channel.default_exchange.publish(aio_pika.Message(b"{}"), routing_key=orders(topology))
    await delete_exchange(broker)
    said = await repaired(subscribers, str(file))
    assert said == (0, "the broker has all 2 queues, with their bindings and rights\n", "")
    assert await publisher.may(published(CREATED, topology.exchange))
    assert await subscribers.waiting(orders(topology)) == 2


@pytest.mark.parametrize("is_there", [True, False])
async def test_through_a_new_exchange_nothing_is_published_until_all_queues_are_bound(
    subscribers: Subscribers,
    publisher: Login,
    broker: Broker,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_there: bool,
) -> None:
    await repaired(subscribers, str(file))
    if not is_there:
        await delete_exchange(broker)
    seen: list[bool] = []
    bind = Management.bind

    async def tried_before(api: Management, wanted: Definition) -> None:
        seen.append(await publisher.may(published(CREATED, broker.topology.exchange)))
        await bind(api, wanted)

    monkeypatch.setattr(Management, "bind", tried_before)
    assert (await repaired(subscribers, str(file))).status == 0
    assert seen == [is_there, is_there]
    assert await publisher.may(published(CREATED, broker.topology.exchange))


async def test_a_queue_that_is_not_found_yet_is_waited_for(
    subscribers: Subscribers,
    publisher: Login,
    broker: Broker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late = broker.topology.queue("late")
    wanted = definitions(broker.topology)
    wanted["bindings"].append(binding(VHOST, broker.topology.exchange, late, CREATED))
    file = written(tmp_path, wanted)
    refused = asyncio.Event()
    bind = Management.bind

    async def noticed(api: Management, wanted: Definition) -> None:
        try:
            await bind(api, wanted)
        except BrokerRefuses:
            loop.call_soon_threadsafe(refused.set)
            raise

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(Management, "bind", noticed)
    repairing = asyncio.ensure_future(repaired(subscribers, str(file)))
    await refused.wait()
    async with broker.channel() as channel:
        await channel.declare_queue(late, durable=True, arguments=dead_letters_arguments())
    assert (await repairing).status == 0


async def test_what_the_broker_goes_on_refusing_is_told_in_a_line(
    subscribers: Subscribers, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repair, "FOUND_WITHIN_SECONDS", 0)
    said = await repaired(subscribers, str(file))  # nobody has made the login
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
    assert said.err.startswith("RabbitMQ refuses: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot be read"),
        ("{", "cannot be read"),
        ("[]", "has no bindings, exchanges, permissions, queues"),
        ('{"queues": []}', "has no bindings, exchanges, permissions, queues"),
    ],
)
def test_a_file_that_is_none_of_definitions_is_refused(
    text: str | None, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "definitions.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SystemExit):
        main([str(file)])
    assert told in capsys.readouterr().err.splitlines()[-1]
