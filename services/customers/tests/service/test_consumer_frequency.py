"""A customer's first purchase of a month sets `is_frequent` by the month before (contract §5).

February 2027 has four whole weeks, the first from Monday the 1st; the store's clock is Mexico City's (UTC-6).
"""

from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest
from httpx import AsyncClient

from libs.common.contracts.customers import FrequentStatusChanged
from libs.testing.outbox import events_in_outbox, models_in_outbox
from services.customers.deps import Deps
from services.customers.tests.builders import a_customer, a_paid_order, customer_path, pay, published, reading

EACH_WEEK = (3, 10, 17, 24)


def noon(year: int, month: int, day: int) -> datetime:
    """Noon in the store."""
    return datetime(year, month, day, 18, tzinfo=UTC)


def february(day: int) -> datetime:
    """Noon in the store, on a day of February 2027."""
    return noon(2027, 2, day)


def march(day: int) -> datetime:
    """Noon in the store, on a day of March 2027."""
    return noon(2027, 3, day)


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
        changes = await models_in_outbox(deps.database, FrequentStatusChanged)
        assert [(change.is_frequent, change.month) for change in changes] == [
            (True, date(2027, 3, 1)),
            (False, date(2027, 4, 1)),
        ]

    async def test_is_published_only_if_it_changed(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        await buys(deps, maria, *(february(day) for day in EACH_WEEK), march(1), march(2), march(9))
        assert [event.is_frequent for event in await published(deps)] == [False, True]
        (event,) = await events_in_outbox(deps.database, "customers.frequent_status_changed.v1")
        assert event.subject == "customer/1"
        assert event.data == {
            "customer_id": 1,
            "is_frequent": True,
            "month": "2027-03-01",
            "changed_at": "2026-03-02T18:00:00Z",
        }

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


class TestOnceAMonth:
    async def test_a_purchase_later_in_the_month_changes_nothing(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        """March has five weeks; by its end it is clear that it has a gap, and it is April that says so."""
        await buys(deps, maria, *(february(day) for day in EACH_WEEK), march(1), march(31))
        assert await is_frequent(client, maria)

    async def test_a_month_without_a_purchase_decides_nothing(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        await buys(deps, maria, *(february(day) for day in EACH_WEEK), march(1))
        await deps.database.execute("update customers set first_name = 'Ana'")  # in April, say
        assert await is_frequent(client, maria)

    async def test_a_month_that_was_skipped_ends_it(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        await buys(deps, maria, *(february(day) for day in EACH_WEEK), march(1), noon(2027, 5, 3))
        assert not await is_frequent(client, maria)

    async def test_a_purchase_of_the_month_before_that_is_heard_late_counts(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        await buys(deps, maria, *(february(day) for day in EACH_WEEK[:3]), march(1))
        assert not await is_frequent(client, maria)
        await buys(deps, maria, february(EACH_WEEK[3]))
        assert await is_frequent(client, maria)

    async def test_a_repeated_event_decides_nothing_anew(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        orders = [a_paid_order(maria["id"], paid_at=february(day)) for day in EACH_WEEK]
        orders.append(a_paid_order(maria["id"], paid_at=march(1)))
        for order in (*orders, *orders):
            await pay(deps, order)
        assert await is_frequent(client, maria)
        assert len(await models_in_outbox(deps.database, FrequentStatusChanged)) == 1


# The months before, as days on which something was bought; the first purchase of the next month decides.
MONTHS = {
    "four weeks, from a Monday to a Sunday": (noon(2027, 3, 1), [(2027, 2, day) for day in EACH_WEEK]),
    "five weeks, from a Thursday": (
        noon(2026, 2, 2),
        [(2026, 1, 1), (2026, 1, 5), (2026, 1, 18), (2026, 1, 25), (2026, 1, 31)],
    ),
    "five weeks, the first of them a Sunday alone": (
        noon(2026, 3, 2),
        [(2026, 2, 1), (2026, 2, 8), (2026, 2, 9), (2026, 2, 16), (2026, 2, 28)],
    ),
    "six weeks, the last of them two days": (
        noon(2026, 4, 1),
        [(2026, 3, 1), (2026, 3, 2), (2026, 3, 9), (2026, 3, 22), (2026, 3, 23), (2026, 3, 31)],
    ),
    "December, looked at in January": (
        noon(2027, 1, 4),
        [(2026, 12, 6), (2026, 12, 7), (2026, 12, 14), (2026, 12, 21), (2026, 12, 31)],
    ),
    "a February with its 29th, alone in its week": (
        noon(2044, 3, 1),
        [(2044, 2, 7), (2044, 2, 8), (2044, 2, 15), (2044, 2, 22), (2044, 2, 29)],
    ),
}


@pytest.mark.parametrize(("next_month", "days"), MONTHS.values(), ids=MONTHS)
class TestTheWeeksOfAMonth:
    async def test_are_all_needed(
        self, deps: Deps, client: AsyncClient, next_month: datetime, days: list[tuple[int, int, int]]
    ) -> None:
        """One customer bought in each week, and for each week another one in all but that."""
        bought = [noon(*day) for day in days]
        for missing in range(len(days) + 1):
            customer = await a_customer(client, phone_number=f"55{missing}", email=None)
            moments = [*bought[:missing], *bought[missing + 1 :], next_month]
            await pay(deps, *(a_paid_order(customer["id"], paid_at=moment) for moment in moments))
            assert await is_frequent(client, customer) is (missing == len(days))


class TestTheCalendar:
    @pytest.mark.parametrize(
        ("last", "frequent"),
        [
            (datetime(2027, 3, 1, 5, 59, tzinfo=UTC), True),  # 23:59 of Sunday, 28 February
            (datetime(2027, 3, 1, 6, 1, tzinfo=UTC), False),  # 0:01 of Monday, 1 March
        ],
    )
    async def test_is_the_stores_at_the_end_of_a_month(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any], last: datetime, *, frequent: bool
    ) -> None:
        await buys(deps, maria, *(february(day) for day in EACH_WEEK[:3]), last, march(2))
        assert await is_frequent(client, maria) is frequent

    @pytest.mark.parametrize(
        ("first", "frequent"),
        [
            (datetime(2027, 2, 1, 5, 59, tzinfo=UTC), False),  # 23:59 of Sunday, 31 January
            (datetime(2027, 2, 1, 6, 1, tzinfo=UTC), True),  # 0:01 of Monday, 1 February
        ],
    )
    async def test_is_the_stores_at_the_beginning_of_a_month(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any], first: datetime, *, frequent: bool
    ) -> None:
        await buys(deps, maria, first, *(february(day) for day in EACH_WEEK[1:]), march(2))
        assert await is_frequent(client, maria) is frequent

    @pytest.mark.parametrize(
        ("sunday", "frequent"),
        [
            (datetime(2027, 2, 15, 5, 59, tzinfo=UTC), True),  # 23:59 of Sunday, the 14th
            (datetime(2027, 2, 15, 6, 1, tzinfo=UTC), False),  # 0:01 of Monday, the 15th
        ],
    )
    async def test_is_the_stores_between_two_weeks(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any], sunday: datetime, *, frequent: bool
    ) -> None:
        await buys(deps, maria, february(3), sunday, february(17), february(24), march(2))
        assert await is_frequent(client, maria) is frequent

    async def test_counts_days_of_the_month_only(
        self, client: AsyncClient, deps: Deps, maria: dict[str, Any]
    ) -> None:
        """The first week of January 2026 begins on 29 December; the 30th does not count for January."""
        await buys(deps, maria, noon(2025, 12, 30))
        await buys(deps, maria, *(noon(2026, 1, day) for day in (6, 13, 20, 27)), noon(2026, 2, 2))
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


async def buys(deps: Deps, customer: dict[str, Any], *moments: datetime) -> None:
    """The customer pays a purchase at each moment; each event is consumed separately."""
    for moment in moments:
        await pay(deps, a_paid_order(customer["id"], paid_at=moment))


async def is_frequent(client: AsyncClient, customer: dict[str, Any]) -> bool:
    """The customer's `is_frequent` at POS."""
    return bool((await reading(client, customer["id"]))["is_frequent"])
