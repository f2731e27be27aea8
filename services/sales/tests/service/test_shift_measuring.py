"""The metrics of shifts: the open ones, how closes ended, and what drawers had too much or too little."""

import pytest
from httpx import AsyncClient
from prometheus_client import REGISTRY

from libs.testing.clock import FakeClock
from services.sales.deps import Deps
from services.sales.tests.shifts import a_register, close, opened
from services.sales.usecases.shifts.measuring import measure_open_shifts


def gauges() -> tuple[float | None, float | None]:
    """The number of open shifts and the age of the oldest, as they are told now."""
    return (
        REGISTRY.get_sample_value("sales_open_shifts"),
        REGISTRY.get_sample_value("sales_oldest_open_shift_seconds"),
    )


def closes(outcome: str) -> float:
    """How many closes have had this outcome."""
    return REGISTRY.get_sample_value("sales_shift_closes_total", {"outcome": outcome}) or 0


def differences(direction: str) -> float:
    """By how much drawers were over or short."""
    found = REGISTRY.get_sample_value("sales_shift_difference_money_total", {"direction": direction})
    return found or 0


async def test_open_shifts_are_counted_until_they_are_closed(
    till: AsyncClient, admin: AsyncClient, clock: FakeClock, deps: Deps
) -> None:
    await measure_open_shifts(database=deps.database, clock=deps.clock)
    assert gauges() == (0, 0)
    first = await opened(till, await a_register(admin, "1"), "0.00")
    clock.advance(seconds=30)
    await opened(admin, await a_register(admin, "2"), "0.00")
    clock.advance(seconds=10)
    await measure_open_shifts(database=deps.database, clock=deps.clock)
    assert gauges() == (2, 40)
    await close(till, first, "0.00")
    await measure_open_shifts(database=deps.database, clock=deps.clock)
    assert gauges() == (1, 10)


@pytest.mark.parametrize(
    ("counted", "over", "short"), [("510.50", 10.5, 0), ("485.00", 0, 15), ("500.00", 0, 0)]
)
async def test_a_close_tells_its_difference_once(
    till: AsyncClient, admin: AsyncClient, counted: str, over: float, short: float
) -> None:
    before = closes("closed"), differences("over"), differences("short")
    shift = await opened(till, await a_register(admin), "500.00")
    for _ in range(2):
        body = {"counted_cash": counted}
        await till.post(f"/api/shifts/{shift}/close/", json=body, headers={"Idempotency-Key": counted})
    assert (await close(till, shift, counted)).status_code == 400
    after = closes("closed"), differences("over"), differences("short")
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, over, short]


async def test_refused_closes_are_told_by_their_reason(till: AsyncClient, admin: AsyncClient) -> None:
    before = closes("refused_difference"), closes("refused_unsent"), closes("closed")
    shift = await opened(till, await a_register(admin), "500.00")
    assert (await close(till, shift, "400.00")).status_code == 403
    assert (await close(till, shift, "500.00", unsent=3)).status_code == 400
    after = closes("refused_difference"), closes("refused_unsent"), closes("closed")
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 0]
