"""Queues and exchanges that a test declares are deleted after it."""

import aio_pika
import pytest
from aio_pika.exceptions import ChannelNotFoundEntity

from libs.common.messaging.broker import Broker
from libs.testing.queues import noting_declarations


async def exists(url: str, queue: str) -> bool:
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        try:
            await channel.declare_queue(queue, passive=True)
        except ChannelNotFoundEntity:
            return False
        return True


async def test_what_was_declared_under_the_prefix_is_deleted(amqp_url: str, amqp_prefix: str) -> None:
    with noting_declarations(f"{amqp_prefix}mine") as declared:
        async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
            await channel.declare_queue(f"{amqp_prefix}mine", durable=True)
            await channel.declare_queue(f"{amqp_prefix}others", durable=True)
        await declared.delete(amqp_url)
    assert not await exists(amqp_url, f"{amqp_prefix}mine")
    assert await exists(amqp_url, f"{amqp_prefix}others")


async def test_an_exchange_is_deleted_too(amqp_url: str, amqp_prefix: str) -> None:
    with noting_declarations(amqp_prefix) as declared:
        async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
            await channel.declare_exchange(f"{amqp_prefix}events", aio_pika.ExchangeType.TOPIC, durable=True)
        await declared.delete(amqp_url)
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        with pytest.raises(ChannelNotFoundEntity):
            await channel.declare_exchange(f"{amqp_prefix}events", passive=True)


async def test_every_test_has_a_name_space_of_its_own(amqp_prefix: str, broker: Broker) -> None:
    assert broker.topology.exchange == f"{amqp_prefix}events"
