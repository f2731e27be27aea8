"""A customer's first purchase of a month sets `is_frequent` by the month before (contract §5).

February 2027 has four whole weeks, the first from Monday the 1st; the store's clock is Mexico City's (UTC-6).
"""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from httpx import AsyncClient

from services.customers.deps import Deps
from services.customers.tests.builders import a_customer, a_paid_order, customer_path, pay, published, reading

EACH_WEEK = (3, 10, 17, 24)


@pytest.fixture
async def maria(client: AsyncClient) -> dict[str, Any]:
    """A customer who has bought nothing yet."""
    return await a_customer(client)


class TestTheFirstPurchaseOfAMonth:
    async def test_after_a_purchase_in_each_week_makes_frequent(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        await buys(deps, maria, *(february(day) for day in EACH_WEEK), march(1))
        assert await is_frequent(client, maria)

    async def test_has_to_come_first(self, client: AsyncClient, deps: Deps, maria: dict[str, Any]) -> None:
        await buys(deps, maria, *(february(day) for day in EACH_WEEK))
        assert not await is_frequent(client, maria)

    async def test_ends_it_after_a_month_with_a_gap(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        await buys(deps, maria, *(february(day) for day in EACH_WEEK), march(1))
        await buys(deps, maria, datetime(2027, 4, 20, 18, tzinfo=UTC))
        assert not await is_frequent(client, maria)

    async def test_is_published_only_if_it_changed(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        await buys(deps, maria, *(february(day) for day in EACH_WEEK), march(1), march(2), march(9))
        assert [event.is_frequent for event in await published(deps)] == [False, True]

    async def test_counts_for_the_customer_alone(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        other = await a_customer(client, phone_number="55", email=None)
        await buys(deps, maria, *(february(day) for day in EACH_WEEK), march(1))
        await buys(deps, other, march(1))
        assert (await is_frequent(client, maria), await is_frequent(client, other)) == (True, False)

    async def test_of_a_deleted_customer_is_published_as_of_a_deleted_one(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        await client.delete(customer_path(maria["id"]))
        await buys(deps, maria, *(february(day) for day in EACH_WEEK), march(1))
        assert [event.deleted for event in await published(deps)] == [False, True, True]


class TestTheCalendar:
    async def test_is_the_stores(self, client: AsyncClient, deps: Deps, maria: dict[str, Any]) -> None:
        evening_of_the_last_sunday = datetime(2027, 3, 1, 5, 59, tzinfo=UTC)
        await buys(deps, maria, *(february(day) for day in EACH_WEEK[:3]), evening_of_the_last_sunday)
        await buys(deps, maria, march(1))
        assert await is_frequent(client, maria)

    async def test_counts_days_of_the_month_only(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        """The first week of January 2026 begins on 29 December; the 30th does not count for January."""
        await buys(deps, maria, datetime(2025, 12, 30, 18, tzinfo=UTC))
        january = [datetime(2026, 1, day, 18, tzinfo=UTC) for day in (6, 13, 20, 27)]
        await buys(deps, maria, *january, datetime(2026, 2, 2, 18, tzinfo=UTC))
        assert not await is_frequent(client, maria)


@pytest.mark.parametrize("order", list(permutations(range(5)))[::17])
async def test_the_order_in_which_purchases_are_heard_of_does_not_matter(
    client: AsyncClient, deps: Deps, maria: dict[str, Any], order: tuple[int, ...]
) -> None:
    purchases = [*(february(day) for day in EACH_WEEK), march(1)]
    for place in order:
        await buys(deps, maria, purchases[place])
    assert await is_frequent(client, maria)


async def test_purchases_of_one_batch_count_like_any(
    client: AsyncClient, deps: Deps, maria: dict[str, Any]
) -> None:
    moments = [*(february(day) for day in EACH_WEEK), march(1)]
    await pay(deps, *(a_paid_order(maria["id"], paid_at=moment) for moment in moments))
    assert await is_frequent(client, maria)


def february(day: int) -> datetime:
    """Noon in the store, on a day of February 2027."""
    return datetime(2027, 2, day, 18, tzinfo=UTC)


def march(day: int) -> datetime:
    """Noon in the store, on a day of March 2027."""
    return datetime(2027, 3, day, 18, tzinfo=UTC)


async def buys(deps: Deps, customer: dict[str, Any], *moments: datetime) -> None:
    """The customer pays a purchase at each moment; each event is consumed separately."""
    for moment in moments:
        await pay(deps, a_paid_order(customer["id"], paid_at=moment))


async def is_frequent(client: AsyncClient, customer: dict[str, Any]) -> bool:
    """The customer's `is_frequent` at POS."""
    return bool((await reading(client, customer["id"]))["is_frequent"])
