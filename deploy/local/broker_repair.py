"""Makes what somebody has taken away at a broker of our own: logins, rights, exchanges, queues, bindings."""

import asyncio
import json

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_fixed

from deploy.local.state import Memory
from deploy.logins import ADMINISTRATOR, with_logins
from libs.common.commands import CommandFailed
from libs.common.messaging.definitions import NOTHING, Definitions
from libs.common.messaging.management import Management, ManagementSettings, connected_management
from libs.servers.processes import ServerFailed

FOUND_WITHIN_SECONDS = 30
PAUSE_SECONDS = 0.2


def make_whole(memory: Memory) -> None:
    """Make what a running broker lacks of its definitions; what it has stays. Raises `ServerFailed`.

    Importing them at its start would not do: RabbitMQ may find the stream of the history too late for the
    binding to it then, of which 3.10 says nothing, and at which 4 ends (rabbitmq-server issue 14772).
    """
    try:
        asyncio.run(_make_whole(memory))
    except CommandFailed as failure:
        raise ServerFailed(f"the broker lacks queues or rights: {failure}") from failure


async def _make_whole(memory: Memory) -> None:
    broker = ManagementSettings(amqp_url=memory.amqp_url, amqp_management_url=memory.amqp_management_url)
    wanted = json.loads(with_logins(memory.broker_passwords, memory.rabbitmq_password))
    async with connected_management(broker) as api:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(CommandFailed),  # also as long as a queue is not found yet
            stop=stop_after_delay(FOUND_WITHIN_SECONDS),
            wait=wait_fixed(PAUSE_SECONDS),
            reraise=True,
        ):
            with attempt:
                await _make_all(api, wanted)


async def _make_all(api: Management, wanted: Definitions) -> None:
    found = {each["name"] for each in await api.find("exchanges", api.vhost)}
    if any(each["name"] not in found for each in wanted["exchanges"]):
        # Through an exchange that has no queues yet events are lost: until then they wait in the outboxes.
        of_others = [each for each in wanted["permissions"] if each["user"] != ADMINISTRATOR]
        await api.apply({"permissions": [{**each, "write": NOTHING} for each in of_others]})
    await api.apply(wanted)
