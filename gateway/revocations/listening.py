"""Consumes `auth.session_revoked`; each gateway process has a queue that is deleted with its connection."""

import asyncio
import secrets

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from gateway.revocations.state import Revocations
from libs.common.contracts.auth import SessionRevoked
from libs.common.errors import Unavailable
from libs.common.messaging.broker import Broker
from libs.common.messaging.deliveries import deliveries_of
from libs.common.messaging.envelope import UnreadableEvent, read_events
from libs.common.messaging.outage import Outage
from libs.common.messaging.topology import ANSWER_SECONDS, Topology

BATCH_MAX = 200
MODELS = {SessionRevoked.event_type: SessionRevoked}

log = structlog.get_logger(__name__)


async def listen(broker: Broker, revocations: Revocations) -> None:
    """Add the sessions of auth's events, forever; during an outage of the broker, polling replaces them."""
    outage = Outage("revocations")
    while True:
        try:
            async with broker.channel(prefetch=BATCH_MAX) as channel:
                queue = await _own_queue(channel, broker.topology)
                await _consume(queue, revocations, outage)
        except Unavailable as error:
            await outage.pause(error)


async def _own_queue(channel: AbstractChannel, topology: Topology) -> AbstractQueue:
    name = f"{topology.queue('gateway')}.{secrets.token_hex(8)}"
    async with asyncio.timeout(ANSWER_SECONDS):
        queue = await channel.declare_queue(name, exclusive=True, auto_delete=True)
        await queue.bind(topology.exchange, routing_key=SessionRevoked.event_type)
    return queue


async def _consume(queue: AbstractQueue, revocations: Revocations, outage: Outage) -> None:
    async with deliveries_of(queue) as deliveries:
        outage.over()
        with revocations.listening():
            while True:
                messages = await deliveries.batch(BATCH_MAX)
                for message in messages:
                    _add(message, revocations)
                await messages[-1].ack(multiple=True)


def _add(message: AbstractIncomingMessage, revocations: Revocations) -> None:
    for carried in read_events(message.body, message.content_type, MODELS):
        if isinstance(carried.content, UnreadableEvent):
            log.error("revocation_unreadable", message_id=message.message_id, error=str(carried.content))
            revocations.missed_event()
            continue
        event = carried.content.event
        assert isinstance(event, SessionRevoked)
        revocations.add(event.session_id, event.expires_at)
