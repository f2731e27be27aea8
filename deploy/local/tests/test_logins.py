"""At a broker of our own, a login publishes its service's events, reads its service's queues, and no more."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel

from deploy.broker import consumed
from deploy.local.broker import BrokerChoice, BrokerWays, end_remains
from deploy.local.layout import Ports
from deploy.local.start import SERVER_TIMEOUT_SECONDS
from deploy.local.state import StateFolder
from libs.common.clock import system_clock
from libs.common.contracts.event import owner_of
from libs.common.contracts.registry import EVENTS
from libs.common.messaging.broker import Broker
from libs.common.messaging.management import Management, ManagementSettings, connected_management
from libs.common.messaging.subscribed import list_subscribers
from libs.common.messaging.subscribing import Subscriber, make
from libs.common.messaging.topology import Topology, find_service_queues
from libs.servers import rabbitmq
from libs.services import PARTS, SERVICES
from libs.testing.broker_logins import Login, Use, bound, published, read

pytestmark = pytest.mark.timeout(300)

TOPOLOGY = Topology()
EXCHANGE = TOPOLOGY.exchange
ORDER_PAID = "sales.order_paid.v1"
HISTORY_READ = read(TOPOLOGY.history, {"x-stream-offset": "first"})


@pytest.fixture(scope="module")
def choice(ports: Ports) -> Iterator[BrokerChoice]:
    """A running broker of our own, as `make up` starts it."""
    with TemporaryDirectory(prefix="mostrador_logins_") as folder:
        state = StateFolder(Path(folder) / "run").make()
        way = "node" if rabbitmq.is_installed() else "container"
        state.remember(broker_way=way, port_base=ports.base)
        chosen = BrokerWays(state, ports, {}, lambda _: None).choose()
        assert chosen.server is not None
        try:
            with chosen.server.running(
                "RabbitMQ",
                lambda: rabbitmq.answers(chosen.url),
                state.log("rabbitmq"),
                start_seconds=SERVER_TIMEOUT_SECONDS,
            ):
                yield chosen
        finally:
            end_remains(state)


@pytest.fixture(scope="module")
def logins(choice: BrokerChoice) -> dict[str, Login]:
    return {name: Login(url) for name, url in choice.login_urls.items()}


@pytest.fixture
async def administrator(choice: BrokerChoice) -> AsyncIterator[AbstractChannel]:
    async with await aio_pika.connect(choice.url) as connection, connection.channel() as channel:
        yield channel


def test_every_service_and_the_gateway_have_a_login(logins: dict[str, Login]) -> None:
    assert logins.keys() == set(PARTS)


@pytest.mark.parametrize("event_type", EVENTS)
async def test_an_event_is_published_by_its_owner_and_by_nobody_else(
    event_type: str, logins: dict[str, Login]
) -> None:
    publishing = {name for name, login in logins.items() if await login.may(published(event_type, EXCHANGE))}
    assert publishing == {owner_of(event_type)}


async def test_chatbots_login_cannot_forge_a_paid_order(
    logins: dict[str, Login], administrator: AbstractChannel
) -> None:
    queues = [queue for service in consumed() for queue in TOPOLOGY.queues(service)]
    ways = [
        published(ORDER_PAID, EXCHANGE),
        *(published(queue, "") for queue in queues),
        *(published(queue, TOPOLOGY.own_exchange(service)) for service in consumed() for queue in queues),
        *(published(ORDER_PAID, exchange) for exchange in ("amq.topic", "amq.direct", "amq.fanout")),
    ]
    before = [await messages_in(administrator, queue) for queue in queues]
    assert [await logins["chatbot"].may(way) for way in ways] == [False] * len(ways)
    assert [await messages_in(administrator, queue) for queue in queues] == before


async def messages_in(channel: AbstractChannel, queue: str) -> int:
    found = await channel.declare_queue(queue, passive=True)
    return found.declaration_result.message_count or 0


@pytest.mark.parametrize("service", list(consumed()))
async def test_a_services_queues_are_read_by_itself_and_by_nobody_else(
    service: str, logins: dict[str, Login]
) -> None:
    for queue in (TOPOLOGY.queue(service), TOPOLOGY.dead_letters(service)):
        assert {name for name, login in logins.items() if await login.may(read(queue))} == {service}


@pytest.mark.parametrize("service", list(consumed()))
async def test_a_service_alone_sets_its_failed_events_aside(service: str, logins: dict[str, Login]) -> None:
    way = published(TOPOLOGY.dead_letters(service), TOPOLOGY.own_exchange(service))
    assert {name for name, login in logins.items() if await login.may(way)} == {service}
    through_default = published(TOPOLOGY.queue(service), "")
    assert {name for name, login in logins.items() if await login.may(through_default)} == set()


@pytest.mark.parametrize("service", list(consumed()))
async def test_a_service_may_count_what_is_in_its_queues(service: str, logins: dict[str, Login]) -> None:
    for queue in TOPOLOGY.queues(service):
        assert await logins[service].may(partial(messages_in, queue=queue))


@pytest.mark.parametrize("login", SERVICES)
async def test_a_service_changes_nothing_about_exchange_and_queues(
    login: str, logins: dict[str, Login]
) -> None:
    ways: list[Use] = [
        lambda channel: channel.queue_delete(TOPOLOGY.queue(login)),
        lambda channel: channel.exchange_delete(TOPOLOGY.exchange),
        lambda channel: channel.declare_queue(f"{login}.more"),
        lambda channel: channel.declare_exchange(TOPOLOGY.exchange, "topic", durable=True),
        bound(TOPOLOGY.queue(login), EXCHANGE, "#"),
        HISTORY_READ,
    ]
    assert [await logins[login].may(way) for way in ways] == [False] * len(ways)


async def test_the_gateway_hears_of_ended_sessions_and_of_nothing_else(logins: dict[str, Login]) -> None:
    def bound_to(routing_key: str) -> Use:
        async def bind(channel: AbstractChannel) -> None:
            queue = await channel.declare_queue("gateway.test", exclusive=True)
            await queue.bind(TOPOLOGY.exchange, routing_key)

        return bind

    assert await logins["gateway"].may(bound_to("auth.session_revoked.v1"))
    for routing_key in (ORDER_PAID, "#", "auth.#", "auth.user_changed.v1"):
        assert not await logins["gateway"].may(bound_to(routing_key))


async def test_a_process_connects_without_declaring_anything(choice: BrokerChoice) -> None:
    broker = Broker(choice.login_urls["analytics"], name="analytics", declares=False)
    await broker.open()
    await broker.connected()
    async with broker.channel() as channel:
        exchange = await broker.exchange(channel)
        assert exchange.name == TOPOLOGY.exchange
        queue = await find_service_queues(channel, TOPOLOGY, "analytics")
        assert queue.name == "analytics"
    await broker.close()


async def test_the_gateways_login_is_what_the_subscribers_command_makes(choice: BrokerChoice) -> None:
    settings = ManagementSettings(amqp_url=choice.url, amqp_management_url=choice.management_url)
    async with connected_management(settings) as api:
        rights, [listed] = await rights_of(api, "gateway"), await list_subscribers(api, TOPOLOGY)
        wanted = Subscriber("gateway", ("auth.session_revoked.v1",), listen_only=True)
        assert await make(api, TOPOLOGY, wanted, system_clock())  # it has a password, and keeps it
        assert await rights_of(api, "gateway") == rights
        assert await list_subscribers(api, TOPOLOGY) == [listed]
        assert listed.name == "gateway"


async def rights_of(api: Management, user: str) -> list[object]:
    return [await api.find("users", user, kind) for kind in ("permissions", "topic-permissions")]
