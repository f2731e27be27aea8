"""A revoked session is refused by every gateway, also while the broker or auth is away."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from aio_pika import Message

from gateway.deps import GatewayDeps
from gateway.main import create_app
from gateway.settings import GatewaySettings
from gateway.tests.upstream import Upstream, told
from libs.common.contracts.auth import SessionRevoked
from libs.common.messaging.broker import Broker
from libs.common.tests.messaging.builders import send, send_together
from libs.common.tests.messaging.gate import Gate
from libs.testing.asgi import asgi_client
from libs.testing.pos import BAD_TOKEN, UNAVAILABLE
from libs.testing.store import BAD_TOKEN as STORE_BAD_TOKEN
from libs.testing.store import UNAVAILABLE as STORE_UNAVAILABLE
from libs.testing.waiting import eventually

A_SECOND = 4.0  # with room for a busy machine; without hearing it would be 5
NEVER_ENDS = datetime(2100, 1, 1, tzinfo=UTC)


def a_revocation(session_id: str) -> SessionRevoked:
    return SessionRevoked(
        session_id=session_id,
        user_id=7,
        expires_at=NEVER_ENDS,
        revoked_at=datetime(2026, 3, 2, tzinfo=UTC),
        reason="logout",
    )


class Gateway:
    """A running one, and what its inside says of itself."""

    def __init__(self, client: httpx.AsyncClient, upstream: Upstream) -> None:
        self._client = client
        self._upstream = upstream

    async def answers(self, session_id: str, path: str = "/api/orders/") -> int:
        token = self._upstream.token(session_id=session_id)
        return (await self._client.get(path, headers=token)).status_code

    async def refusal(self, session_id: str, path: str) -> object:
        return (await self._client.get(path, headers=self._upstream.token(session_id=session_id))).json()

    async def readiness(self) -> tuple[int, dict[str, Any]]:
        answer = await self._client.get("http://gateway:2/readyz")
        return answer.status_code, answer.json()

    async def hears(self) -> bool:
        status, report = await self.readiness()
        return status == 200 and "notes" not in report

    async def refuses(self, session_id: str) -> bool:
        return await self.answers(session_id) == 401


@pytest.fixture
def started(upstream: Upstream, tmp_path: Path) -> Callable[..., Any]:
    """`async with started(amqp_url=…) as gateway`."""

    @asynccontextmanager
    async def start(**settings: object) -> AsyncIterator[Gateway]:
        known = GatewaySettings.model_validate(told(upstream, tmp_path, **settings))
        async with asgi_client(create_app(GatewayDeps.build(known))) as client:
            yield Gateway(client, upstream)

    return start


@pytest.fixture
async def gate(amqp_url: str) -> AsyncIterator[Gate]:
    """The broker, as the gateway reaches it."""
    async with Gate.before(amqp_url) as gate:
        yield gate


@pytest.fixture
async def gateway(
    started: Callable[..., Any], gate: Gate, broker: Broker, amqp_prefix: str
) -> AsyncIterator[Gateway]:
    """One that hears; the exchange is there."""
    await broker.ping()
    async with started(amqp_url=gate.url, amqp_prefix=amqp_prefix) as gateway:
        await eventually(gateway.hears)
        yield gateway


async def test_what_was_revoked_before_the_start_is_refused_in_both_dialects(
    upstream: Upstream, started: Callable[..., Any]
) -> None:
    upstream.revoke("7")
    async with started() as gateway:
        assert await gateway.refusal("7", "/api/orders/") == BAD_TOKEN
        assert await gateway.refusal("7", "/sales/orders") == STORE_BAD_TOKEN
        assert await gateway.answers("7", "/products") == 401
        assert await gateway.answers("8") == 200


async def test_a_revocation_is_heard_within_a_second(gateway: Gateway, broker: Broker) -> None:
    assert await gateway.answers("7") == 200
    await send(broker, a_revocation("7"))
    await eventually(lambda: gateway.refuses("7"), A_SECOND)
    assert await gateway.answers("8") == 200


async def test_each_gateway_hears_every_revocation(
    gateway: Gateway, started: Callable[..., Any], amqp_url: str, amqp_prefix: str, broker: Broker
) -> None:
    async with started(amqp_url=amqp_url, amqp_prefix=amqp_prefix) as other:
        await eventually(other.hears)
        await send_together(broker, *(a_revocation(str(session)) for session in range(50)))
        for each in (gateway, other):
            await eventually(partial(each.refuses, "49"), A_SECOND)
            assert await each.refuses("0")


async def test_while_the_broker_is_away_auth_is_asked(
    gateway: Gateway, gate: Gate, upstream: Upstream
) -> None:
    async def says_so() -> bool:
        status, report = await gateway.readiness()
        told_so: bool = "auth is asked instead" in report.get("notes", {}).get("revocations", "")
        return status == 200 and told_so

    gate.shut()
    await eventually(says_so)
    upstream.revoke("7")
    await eventually(lambda: gateway.refuses("7"), A_SECOND)


async def test_what_was_missed_is_asked_for_when_the_broker_is_back(
    gateway: Gateway, gate: Gate, upstream: Upstream, broker: Broker
) -> None:
    gate.shut()
    upstream.knows_revoked = False
    await eventually(lambda: _is_deaf_and_unanswered(gateway))
    upstream.revoke("7")  # and its event passes while nobody listens
    await send(broker, a_revocation("7"))
    gate.open()
    upstream.knows_revoked = True
    await eventually(gateway.hears)
    assert await gateway.refuses("7")
    await send(broker, a_revocation("8"))
    await eventually(lambda: gateway.refuses("8"), A_SECOND)


async def _is_deaf_and_unanswered(gateway: Gateway) -> bool:
    status, report = await gateway.readiness()
    return status == 200 and "neither heard nor asked" in report.get("notes", {}).get("revocations", "")


async def test_while_it_hears_it_does_not_need_auth(
    gateway: Gateway, upstream: Upstream, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def was_asked_in_vain() -> bool:
        return upstream.asked_in_vain > 0

    monkeypatch.setattr("gateway.revocations.asking.ASK_SECONDS", 0.05)
    upstream.knows_revoked = False
    await eventually(was_asked_in_vain)
    assert await gateway.hears()
    await send(broker, a_revocation("7"))
    await eventually(lambda: gateway.refuses("7"), A_SECOND)


async def _waits_for_the_list_alone(gateway: Gateway) -> bool:
    status, report = await gateway.readiness()
    unready = [name for name, state in report["checks"].items() if state != "ok"]
    return status == 503 and unready == ["revocations"]


async def _is_ready(gateway: Gateway) -> bool:
    return (await gateway.readiness())[0] == 200


async def test_with_nobody_to_hear_or_ask_it_says_so_and_serves_on(
    gateway: Gateway, gate: Gate, upstream: Upstream
) -> None:
    upstream.revoke("7")
    gate.shut()
    upstream.knows_revoked = False
    await eventually(lambda: _is_deaf_and_unanswered(gateway))
    assert await gateway.answers("8") == 200


async def test_who_never_heard_the_list_is_not_ready(upstream: Upstream, started: Callable[..., Any]) -> None:
    upstream.knows_revoked = False
    async with started() as gateway:
        await eventually(lambda: _waits_for_the_list_alone(gateway))
        upstream.knows_revoked = True
        await eventually(lambda: _is_ready(gateway))


async def test_until_the_list_is_known_no_token_is_taken(
    upstream: Upstream, started: Callable[..., Any]
) -> None:
    upstream.revoke("7")
    upstream.knows_revoked = False
    async with started() as gateway:
        assert await gateway.refusal("7", "/api/orders/") == UNAVAILABLE
        assert await gateway.refusal("8", "/sales/orders") == STORE_UNAVAILABLE
        upstream.knows_revoked = True
        await eventually(lambda: gateway.refuses("7"))
        assert await gateway.answers("8") == 200


async def test_an_event_that_cannot_be_read_makes_it_ask_at_once(
    gateway: Gateway, upstream: Upstream, broker: Broker
) -> None:
    upstream.revoke("7")
    async with broker.channel() as channel:
        exchange = await channel.get_exchange(broker.topology.exchange, ensure=False)
        await exchange.publish(Message(b"{}"), routing_key=SessionRevoked.event_type)
    await eventually(lambda: gateway.refuses("7"), A_SECOND)


async def test_it_waits_for_the_exchange_that_others_declare(
    started: Callable[..., Any], amqp_url: str, amqp_prefix: str
) -> None:
    async with started(amqp_url=amqp_url, amqp_prefix=amqp_prefix) as gateway:
        await eventually(lambda: _is_ready(gateway))
        declaring = Broker(amqp_url, prefix=amqp_prefix, name="test")
        await declaring.open()
        await eventually(gateway.hears)
        await declaring.close()


async def test_a_list_in_several_pages_is_read_to_its_end(
    upstream: Upstream, started: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.revocations.asking.PAGE_SIZE", 3)
    upstream.page_size = 3
    for session in range(8):
        upstream.revoke(str(session))
    async with started() as gateway:
        await eventually(lambda: gateway.refuses("7"), A_SECOND)
        assert await gateway.refuses("0")
