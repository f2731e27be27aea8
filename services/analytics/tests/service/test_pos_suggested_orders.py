from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import httpx
import pytest

from libs.common.contracts.event import Event
from libs.common.store_calendar import store_day
from libs.testing.clock import FakeClock
from services.analytics.domain.suggested_orders import pieces_to_order, selling_days
from services.analytics.domain.velocity import StockTurn, days_in_stock
from services.analytics.tests.builders import (
    A_MOMENT,
    STORE,
    Consume,
    a_cancellation,
    a_line,
    a_paid_order,
    a_product,
    a_return,
    a_stock,
    a_supplier,
)

ORDERS = "/api/analytics/suggested-orders/"
FIRST, SOLD_ON, TODAY = date(2026, 2, 1), date(2026, 2, 5), date(2026, 3, 2)


def at(day: str) -> datetime:
    """Noon of the store's day."""
    return datetime.fromisoformat(f"{day}T18:00:00").replace(tzinfo=UTC)


def sold(product_id: int, quantity: int, day: str = SOLD_ON.isoformat(), method: str = "CASH") -> Event:
    """An order of pieces of a product."""
    return a_paid_order(a_line(product_id, quantity=quantity), paid_at=at(day), payment_method=method)


async def suggestions(owner: httpx.AsyncClient, **params: str) -> Any:
    answer = await owner.get(ORDERS, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def product_of(owner: httpx.AsyncClient, **params: str) -> Any:
    """The only product of the report."""
    (supplier,) = (await suggestions(owner, **params))["suppliers"]
    (product,) = supplier["products"]
    return product


async def ids_of(owner: httpx.AsyncClient, **params: str) -> list[tuple[int | None, list[int]]]:
    """The products of each supplier."""
    return [
        (supplier["supplier_id"], [product["product_id"] for product in supplier["products"]])
        for supplier in (await suggestions(owner, **params))["suppliers"]
    ]


async def consume_cola(consume: Consume) -> None:
    """60 pieces sold in February, 20 left; out of stock from the 11th to the 20th; of supplier 3."""
    await consume(
        a_supplier(3, name="Norte"),
        a_product(12, name="Cola", sku="KO-600", cost="11.50", current_stock=60, supplier_id=3),
        sold(12, 40, "2026-02-01"),
        sold(12, 20, "2026-02-28", "WEB"),
        a_stock(12, current_stock=0, ledger_id=5, changed_at=at("2026-02-10")),
        a_stock(12, current_stock=40, change=40, ledger_id=6, changed_at=at("2026-02-21")),
        a_stock(12, current_stock=20, change=-20, ledger_id=7, changed_at=at("2026-02-28")),
    )


class TestWhat:
    async def test_a_product_to_order(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume_cola(consume)
        assert await suggestions(owner) == {
            "analyzed_period": {"start_date": "2026-02-01", "end_date": "2026-03-02"},
            "cover_days": 14,
            "suppliers": [
                {
                    "supplier_id": 3,
                    "supplier_name": "Norte",
                    "products_to_order": 1,
                    "pieces_to_order": 22,
                    "order_cost": 253.0,
                    "products_without_cost": 0,
                    "products": [
                        {
                            "product_id": 12,
                            "name": "Cola",
                            "sku": "KO-600",
                            "current_stock": 20,
                            "low_stock_threshold": 10,
                            "units_sold": 60,
                            "days_in_stock": 20,
                            "sales_velocity": 3.0,
                            "days_of_cover": 6,
                            "order_quantity": 22,
                            "unit_cost": 11.5,
                            "order_cost": 253.0,
                        }
                    ],
                }
            ],
        }

    async def test_more_days_to_cover_need_more(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume_cola(consume)
        assert (await product_of(owner, cover_days="30"))["order_quantity"] == 70
        assert (await suggestions(owner, cover_days="6"))["suppliers"] == []

    async def test_fewer_days_of_sales(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume_cola(consume)
        product = await product_of(owner, period_days="10")
        figures = (product["units_sold"], product["days_in_stock"], product["sales_velocity"])
        assert figures == (20, 10, 2.0)
        assert product["order_quantity"] == 8

    async def test_sales_of_several_months(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(
            a_product(12, current_stock=5),
            sold(12, 30, "2025-12-02"),  # 91 days, today included
            sold(12, 30, "2026-01-31"),
            sold(12, 31, "2026-03-02"),
            sold(12, 500, "2025-12-01"),
        )
        product = await product_of(owner, period_days="91")
        assert (product["units_sold"], product["sales_velocity"]) == (91, 1.0)
        assert product["order_quantity"] == 9

    async def test_a_new_product_is_fast_by_its_days_in_stock(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_product(12, current_stock=20),
            a_stock(12, current_stock=20, change=20, ledger_id=1, changed_at=at("2026-02-27")),
            sold(12, 16, "2026-03-01"),
            a_stock(12, current_stock=4, change=-16, ledger_id=2, changed_at=at("2026-03-01")),
        )
        product = await product_of(owner)
        assert (product["days_in_stock"], product["sales_velocity"]) == (4, 4.0)
        assert product["order_quantity"] == 52

    async def test_what_a_till_sold_before_catalog_knew_of_its_stock_is_no_faster_for_that(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_product(12, current_stock=20),
            a_stock(12, current_stock=20, change=20, ledger_id=1, changed_at=at("2026-03-01")),
            sold(12, 26, "2026-02-05"),
        )
        product = await product_of(owner, all="true")
        assert (product["days_in_stock"], product["sales_velocity"]) == (26, 1.0)
        velocity = await owner.get("/api/analytics/sales-velocity/", params={"identifier": product["sku"]})
        assert velocity.json()["days_in_stock"] == 26

    @pytest.mark.parametrize(("day", "days_in_stock"), [("2026-01-31", 2), ("2026-02-01", 30)])
    async def test_of_its_sales_those_of_the_period_tell_that_it_was_there(
        self, owner: httpx.AsyncClient, consume: Consume, day: str, days_in_stock: int
    ) -> None:
        await consume(
            a_product(12, current_stock=20),
            a_stock(12, current_stock=20, change=20, ledger_id=1, changed_at=at("2026-03-01")),
            sold(12, 1, day),
        )
        assert (await product_of(owner, all="true"))["days_in_stock"] == days_in_stock

    async def test_a_low_stock_is_ordered_above_its_threshold(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(12, current_stock=8, low_stock_threshold=10), sold(12, 1))
        assert (await product_of(owner))["order_quantity"] == 3

    async def test_an_unknown_cost_stays_unknown(self, owner: httpx.AsyncClient, consume: Consume) -> None:
        await consume(
            a_product(1, cost=None, current_stock=0, supplier_id=3),
            a_product(2, cost="2.00", current_stock=0, supplier_id=3),
            a_paid_order(a_line(1), a_line(2)),
        )
        (supplier,) = (await suggestions(owner))["suppliers"]
        first, second = supplier["products"]
        assert (first["unit_cost"], first["order_cost"]) == (None, None)
        assert (second["unit_cost"], second["order_cost"]) == (2.0, 22.0)
        assert (supplier["order_cost"], supplier["products_without_cost"]) == (22.0, 1)
        await consume(a_product(3, cost=None, current_stock=90, supplier_id=3))
        (supplier,) = (await suggestions(owner, all="true"))["suppliers"]
        assert (len(supplier["products"]), supplier["products_without_cost"]) == (3, 1)
        assert supplier["supplier_name"] is None  # not heard of yet

    async def test_a_product_that_was_not_sold_is_shown_only_among_all(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(12, current_stock=0))
        assert (await suggestions(owner))["suppliers"] == []
        product = await product_of(owner, all="true")
        assert (product["order_quantity"], product["sales_velocity"]) == (0, 0.0)
        assert (product["days_of_cover"], product["days_in_stock"]) == (None, 0)

    async def test_a_stock_that_lasts_is_shown_only_among_all(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(12, current_stock=100), sold(12, 30))
        assert (await suggestions(owner))["suppliers"] == []
        product = await product_of(owner, all="1")
        assert (product["order_quantity"], product["days_of_cover"]) == (0, 100)

    async def test_deleted_and_undescribed_products_are_not_ordered(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(1, current_stock=0), sold(1, 5), sold(2, 5))
        await consume(a_product(1, deleted=True, current_stock=0), a_stock(2, current_stock=0, ledger_id=1))
        assert (await suggestions(owner, all="true"))["suppliers"] == []
        await consume(a_product(3))
        answer = await owner.get(ORDERS, params={"all": "true"})
        assert answer.headers["x-total-count"] == "1"

    async def test_what_was_cancelled_or_came_back_was_not_sold(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        cancelled = a_paid_order(a_line(1, quantity=9), payment_method="WEB")
        returned = a_paid_order(a_line(1, quantity=9), payment_method="WEB")
        await consume(a_product(1, current_stock=0), a_return(returned, {1: 8}))
        await consume(cancelled, returned, returned)
        await consume(a_cancellation(cancelled))
        assert (await product_of(owner))["units_sold"] == 1

    async def test_events_in_another_order_end_in_the_same_figures(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_stock(12, current_stock=20, change=20, ledger_id=6, changed_at=at("2026-02-21")),
            a_stock(12, current_stock=0, ledger_id=5, changed_at=at("2026-02-10")),
            sold(12, 60, "2026-02-01"),
        )
        await consume(
            a_product(12, name="Cola", current_stock=60),
            a_stock(12, current_stock=0, ledger_id=5, changed_at=at("2026-02-10")),
        )
        product = await product_of(owner)
        assert (product["days_in_stock"], product["order_quantity"]) == (20, 22)

    async def test_today_is_the_store_s_today(
        self, owner: httpx.AsyncClient, consume: Consume, clock: FakeClock
    ) -> None:
        clock.set(datetime(2026, 3, 3, 5, 0, tzinfo=UTC))
        period = (await suggestions(owner, period_days="1"))["analyzed_period"]
        assert period == {"start_date": "2026-03-02", "end_date": "2026-03-02"}


class TestSuppliers:
    @pytest.fixture(autouse=True)
    async def _products(self, consume: Consume) -> None:
        """Products 1 and 4 of supplier 7, 2 and 5 of none, 3 of supplier 6: each needs 11 pieces."""
        of = {1: 7, 2: None, 3: 6, 4: 7, 5: None}
        await consume(
            a_supplier(6, name="Sur"),
            a_supplier(7, name="Norte"),
            *(a_product(number, current_stock=0, supplier_id=supplier) for number, supplier in of.items()),
            a_paid_order(*(a_line(number) for number in of)),
        )

    async def test_products_come_by_supplier_and_those_without_one_last(
        self, owner: httpx.AsyncClient
    ) -> None:
        assert await ids_of(owner) == [(6, [3]), (7, [1, 4]), (None, [2, 5])]

    async def test_one_supplier(self, owner: httpx.AsyncClient) -> None:
        assert await ids_of(owner, supplier="7") == [(7, [1, 4])]
        assert await ids_of(owner, supplier="8") == []

    async def test_a_product_that_changes_its_supplier_is_ordered_from_the_new_one(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(3, current_stock=0, supplier_id=7))
        assert await ids_of(owner) == [(7, [1, 3, 4]), (None, [2, 5])]

    async def test_pages_follow_and_their_suppliers_keep_their_totals(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        pages: list[Any] = []
        url = f"{ORDERS}?limit=2"
        while url:
            answer = await owner.get(url)
            assert answer.headers["x-total-count"] == "5"
            pages.append(answer.json()["suppliers"])
            link = answer.headers.get("link", "")
            url = f"{ORDERS}{link[1 : link.index('>')]}" if link else ""
        assert [
            [
                (supplier["supplier_id"], [each["product_id"] for each in supplier["products"]])
                for supplier in page
            ]
            for page in pages
        ] == [[(6, [3]), (7, [1])], [(7, [4]), (None, [2])], [(None, [5])]]
        assert [supplier["pieces_to_order"] for page in pages for supplier in page] == [11, 22, 22, 22, 22]

    async def test_an_offset_skips_products(self, owner: httpx.AsyncClient) -> None:
        assert await ids_of(owner, offset="3", limit="1") == [(None, [2])]

    async def test_a_page_behind_the_last_product_is_empty(self, owner: httpx.AsyncClient) -> None:
        answer = await owner.get(ORDERS, params={"offset": "10"})
        assert (answer.json()["suppliers"], answer.headers["x-total-count"]) == ([], "5")

    async def test_the_products_need_not_be_counted(self, owner: httpx.AsyncClient) -> None:
        assert "x-total-count" not in (await owner.get(ORDERS, params={"count": "none"})).headers

    async def test_the_csv_has_all_products(self, owner: httpx.AsyncClient) -> None:
        answer = await owner.get(ORDERS, params={"limit": "2"}, headers={"Accept": "text/csv"})
        assert answer.headers["content-disposition"] == 'attachment; filename="suggested-orders.csv"'
        assert answer.headers["x-data-as-of"] == "2026-03-02T18:00:00Z"
        rows = answer.content.decode("utf-8-sig").split("\r\n")
        assert rows[0] == (
            "supplier_id,supplier_name,product_id,name,sku,current_stock,low_stock_threshold,units_sold,"
            "days_in_stock,sales_velocity,days_of_cover,order_quantity,unit_cost,order_cost"
        )
        assert rows[1] == "6,Sur,3,Laptop,SKU-3,0,10,1,0,0.03,0,11,60.00,660.00"
        assert [row.split(",")[2] for row in rows[1:-1]] == ["3", "1", "4", "2", "5"]


class TestRefused:
    @pytest.mark.parametrize("days", ["0", "366", "-3", "1.5", "many", "9" * 400, "\u0663"])
    async def test_days_to_cover(self, owner: httpx.AsyncClient, days: str) -> None:
        answer = await owner.get(ORDERS, params={"cover_days": days})
        assert (answer.status_code, answer.json()) == (
            400,
            {"error": "cover_days must be a whole number from 1 to 365."},
        )

    @pytest.mark.parametrize("days", ["0", "3661", "x"])
    async def test_days_of_sales(self, owner: httpx.AsyncClient, days: str) -> None:
        answer = await owner.get(ORDERS, params={"period_days": days})
        assert (answer.status_code, answer.json()) == (
            400,
            {"error": "period_days must be a whole number from 1 to 3660."},
        )

    async def test_a_number_that_is_no_supplier_s_and_an_unclear_all(self, owner: httpx.AsyncClient) -> None:
        answer = await owner.get(ORDERS, params={"supplier": "0", "all": "maybe"})
        assert (answer.status_code, answer.json()) == (
            400,
            {"supplier": ['Invalid pk "0" - object does not exist.'], "all": ["Not a valid boolean."]},
        )

    @pytest.mark.parametrize("cursor", ["x", "AAAA", "9" * 400])
    async def test_a_cursor_that_was_changed(self, owner: httpx.AsyncClient, cursor: str) -> None:
        answer = await owner.get(ORDERS, params={"cursor": cursor})
        assert (answer.status_code, answer.json()) == (400, {"cursor": ["Invalid cursor."]})


def random_turns(random: Random, product_id: int) -> tuple[list[Event], list[StockTurn], int]:
    """Ledger entries by which a product ran out and came back, also before the period, and its stock."""
    moments = sorted(
        A_MOMENT - timedelta(hours=random.randrange(24 * 40)) for _ in range(random.randrange(7))
    )
    was_in_stock = random.random() < 0.5
    events: list[Event] = []
    turns: list[StockTurn] = []
    stock = random.randint(1, 30) if was_in_stock else 0
    for number, moment in enumerate(moments):
        stock, before = (0 if stock else random.randint(1, 30)), stock
        events.append(
            a_stock(
                product_id,
                current_stock=stock,
                change=stock - before,
                ledger_id=product_id * 100 + number,
                changed_at=moment,
            )
        )
        turns.append(StockTurn(store_day(moment, STORE), stock > 0))
    return [a_product(product_id, current_stock=stock), *events], turns, stock


@pytest.mark.parametrize("seed", range(3))
async def test_all_products_follow_the_rules_for_one(
    owner: httpx.AsyncClient, consume: Consume, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - repeatable examples, not secrets
    events: list[Event] = []
    expected: dict[int, tuple[int, int]] = {}
    for product_id in range(1, 61):
        told, turns, stock = random_turns(random, product_id)
        units = random.choice([0, 1, 7, 40])
        events += [*told, *([sold(product_id, units)] if units else [])]
        days = days_in_stock(
            [turn for turn in turns if turn.day >= FIRST],
            first=FIRST,
            last=TODAY,
            in_stock_now=stock > 0,
            first_sale=SOLD_ON if units and not any(turn.day < FIRST for turn in turns) else None,
        )
        expected[product_id] = (
            days,
            pieces_to_order(
                units_sold=units, days=selling_days(days, 30), cover_days=14, stock=stock, threshold=10
            ),
        )
    random.shuffle(events)
    await consume(*events)
    suppliers: Sequence[Any] = (await suggestions(owner, all="true"))["suppliers"]
    assert {
        product["product_id"]: (product["days_in_stock"], product["order_quantity"])
        for supplier in suppliers
        for product in supplier["products"]
    } == expected
