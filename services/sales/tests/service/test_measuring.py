"""The gauges of open attempts to pay: how many there are, and how old the oldest is."""

from dataclasses import replace
from typing import Any

import pytest
from httpx import AsyncClient
from prometheus_client import REGISTRY

from libs.testing.asgi import asgi_client
from libs.testing.clock import FakeClock
from libs.testing.waiting import eventually
from services.sales.deps import Deps, build_deps, clients_of
from services.sales.settings import SalesSettings
from services.sales.tests.builders import pay, placed
from services.sales.tests.fakes import FakeCharges
from services.sales.usecases.payments.finishing import finish_open_attempts
from services.sales.usecases.payments.measuring import measure_open_attempts
from services.sales.worker import create_worker


def gauges() -> tuple[float | None, float | None]:
    """The number of open attempts and the age of the oldest, as they are told now."""
    return (
        REGISTRY.get_sample_value("sales_open_payment_attempts"),
        REGISTRY.get_sample_value("sales_oldest_payment_attempt_seconds"),
    )


@pytest.fixture
async def two_open(till: AsyncClient, charges: FakeCharges, clock: FakeClock) -> None:
    """Two attempts that customers did not answer, of 40 and 10 seconds ago; then customers is back."""
    charges.down = True
    for seconds in (30, 10):
        order = await placed(till, customer=1)
        assert (await pay(till, order["id"], "POINTS")).status_code == 503
        clock.advance(seconds=seconds)
    charges.down = False


@pytest.mark.usefixtures("two_open")
async def test_open_attempts_are_counted_until_they_have_ended(deps: Deps) -> None:
    await measure_open_attempts(database=deps.database, clock=deps.clock)
    assert gauges() == (2, 40)
    await finish_open_attempts(desk=deps.payments)
    await measure_open_attempts(database=deps.database, clock=deps.clock)
    assert gauges() == (0, 0)


async def test_an_attempt_of_a_process_whose_clock_is_ahead_is_of_now(
    till: AsyncClient, charges: FakeCharges, clock: FakeClock, deps: Deps
) -> None:
    charges.down = True
    order = await placed(till, customer=1)
    await pay(till, order["id"], "POINTS")
    clock.advance(seconds=-2)
    await measure_open_attempts(database=deps.database, clock=deps.clock)
    assert gauges() == (1, 0)


@pytest.mark.usefixtures("two_open")
async def test_every_worker_measures(
    settings: SalesSettings, on_broker: dict[str, Any], clock: FakeClock
) -> None:
    away = FakeCharges()
    away.down = True
    worker = create_worker(
        build_deps(
            settings.model_copy(update=on_broker),
            clock=clock,
            others=lambda parts: replace(clients_of(parts), charges=away),
        )
    )
    async with asgi_client(worker) as client:
        await eventually(lambda: gauges() == (2, 40))
        assert "sales_open_payment_attempts 2.0" in (await client.get("/metrics")).text
