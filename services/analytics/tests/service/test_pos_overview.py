from typing import Any

import httpx
import pytest

from libs.testing.clock import FakeClock
from services.analytics.tests.builders import (
    Consume,
    a_line,
    a_paid_order,
    a_product,
    a_return,
    a_return_at_a_till,
    a_stock,
    a_supplier,
    at,
)

OVERVIEW = "/api/analytics/overview/"
MARGIN = ("revenue_before_tax", "cost", "profit", "percent", "cost_known_percent")


async def overview(owner: httpx.AsyncClient, **params: str) -> Any:
    answer = await owner.get(OVERVIEW, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(autouse=True)
def _now(clock: FakeClock) -> None:
    """Friday, 6 March 2026, 14:32 in the store."""
    clock.set(at("2026-03-06", 14, 32))


@pytest.fixture
async def friday(consume: Consume) -> None:
    """Two sales today; on the Friday before one before 14:32, one at 14:32, two after it."""
    await consume(
        a_product(1, name="Laptop", cost="60.00"),
        a_product(2, name="Mouse", cost=None),
        a_paid_order(a_line(1, quantity=2), paid_at=at("2026-03-06", 9)),
        a_paid_order(a_line(2), payment_method="CARD", paid_at=at("2026-03-06", 14, 31)),
        a_paid_order(a_line(1), paid_at=at("2026-02-27", 10)),
        a_paid_order(a_line(2, quantity=2), paid_at=at("2026-02-27", 14, 32)),
        a_paid_order(a_line(1, quantity=5), paid_at=at("2026-02-27", 14, 33)),
        a_paid_order(a_line(1, quantity=5), paid_at=at("2026-02-27", 20)),
    )


async def test_a_new_shop_has_zeros(owner: httpx.AsyncClient) -> None:
    page = await overview(owner)
    assert page["timezone"] == "America/Mexico_City"
    assert page["figures"]["revenue"] == 0.0
    assert len(page["sparkline"]) == 14
    assert len(page["series"]["points"]) == 24
    assert page["running_out"] == page["dead_stock"] == page["payment_methods"] == []


@pytest.mark.usefixtures("friday")
class TestToday:
    async def test_is_compared_with_last_friday_up_to_the_same_minute(self, owner: httpx.AsyncClient) -> None:
        page = await overview(owner)
        assert page["is_running"] is True
        assert page["comparison"] == {
            "kind": "same_weekday_last_week",
            "start_date": "2026-02-27",
            "end_date": "2026-02-27",
            "until": "2026-02-27T14:32:00-06:00",
        }
        figures = page["figures"]
        assert (figures["revenue"], figures["tickets"], figures["units"]) == (348.0, 2, 3)
        assert (figures["previous"]["revenue"], figures["previous"]["tickets"]) == (348.0, 2)
        assert figures["change_percent"]["revenue"] == 0.0

    async def test_knows_the_margin_where_the_cost_is_known(self, owner: httpx.AsyncClient) -> None:
        margin = (await overview(owner))["figures"]["margin"]
        assert {name: margin[name] for name in MARGIN} == {
            "revenue_before_tax": 200.0,
            "cost": 120.0,
            "profit": 80.0,
            "percent": 40.0,
            "cost_known_percent": 66.67,
        }

    async def test_compares_the_margin_up_to_the_same_minute(self, owner: httpx.AsyncClient) -> None:
        margin = (await overview(owner))["figures"]["margin"]
        assert margin["previous"] == {
            "revenue_before_tax": 100.0,
            "cost": 60.0,
            "profit": 40.0,
            "percent": 40.0,
            "cost_known_percent": 33.33,
        }
        assert margin["change_percent"] == 100.0

    async def test_the_profits_of_days_are_those_of_the_margin(self, owner: httpx.AsyncClient) -> None:
        page = await overview(owner)
        profits = {day["start_date"]: day["profit"] for day in page["figures"]["margin"]["sparkline"]}
        assert list(profits) == [day["start_date"] for day in page["sparkline"]]
        assert {day: profit for day, profit in profits.items() if profit} == {
            "2026-02-27": 440.0,
            "2026-03-06": 80.0,
        }

    async def test_products_rise_and_fall_up_to_the_same_minute(self, owner: httpx.AsyncClient) -> None:
        products = (await overview(owner))["products"]
        assert [each["name"] for each in products["by_revenue"]] == ["Laptop", "Mouse"]
        assert products["risers"] == [
            {
                "product_id": 1,
                "name": "Laptop",
                "units": 2,
                "revenue_before_tax": 200.0,
                "profit": 80.0,
                "previous_units": 1,
                "previous_revenue_before_tax": 100.0,
            }
        ]
        assert [(each["name"], each["previous_units"]) for each in products["fallers"]] == [("Mouse", 2)]
        assert [each["name"] for each in products["by_margin"]] == ["Laptop"]

    async def test_what_was_sold_in_the_earlier_days_only_is_among_the_fallers_alone(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(3, cost="60.00"), a_paid_order(a_line(3), paid_at=at("2026-02-27", 9)))
        products = (await overview(owner))["products"]
        lists = [name for name, listed in products.items() if 3 in [each["product_id"] for each in listed]]
        assert lists == ["fallers"]

    async def test_what_brings_as_much_as_before_neither_rises_nor_falls(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(
            a_product(3),
            *(a_paid_order(a_line(3), paid_at=at(day, 9)) for day in ("2026-02-27", "2026-03-06")),
        )
        products = (await overview(owner))["products"]
        listed = [each["product_id"] for name in ("risers", "fallers") for each in products[name]]
        assert listed == [1, 2]

    async def test_the_first_by_margin_brings_the_most_profit_not_the_most_revenue(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_product(3, cost="1.00"), a_paid_order(a_line(3), paid_at=at("2026-03-06", 9)))
        by_margin = (await overview(owner))["products"]["by_margin"]
        assert [(each["product_id"], each["profit"]) for each in by_margin] == [(3, 99.0), (1, 80.0)]

    async def test_a_day_on_which_no_cost_was_known_has_no_profit(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        await consume(a_paid_order(a_line(2), paid_at=at("2026-03-05", 9)))
        page = await overview(owner)
        assert page["figures"]["margin"]["sparkline"][-2] == {"start_date": "2026-03-05", "profit": 0.0}

    async def test_peak_hours_are_those_of_four_weeks_at_least(self, owner: httpx.AsyncClient) -> None:
        peaks = [(await overview(owner, range=wanted))["peak_hours"] for wanted in ("today", "year")]
        assert [each["period"]["start_date"] for each in peaks] == ["2026-02-07", "2026-01-01"]

    async def test_hours_and_methods(self, owner: httpx.AsyncClient) -> None:
        page = await overview(owner)
        sold = {point["hour"]: point["revenue"] for point in page["series"]["points"] if point["tickets"]}
        assert sold == {9: 232.0, 14: 116.0}
        peaks = {(each["weekday"], each["hour"]): each["tickets"] for each in page["peak_hours"]["hours"]}
        assert peaks == {(5, 9): 1, (5, 10): 1, (5, 14): 3, (5, 20): 1}
        assert page["payment_methods"] == [
            {"payment_method": "CASH", "revenue": 232.0, "tickets": 1, "percent": 66.67},
            {"payment_method": "CARD", "revenue": 116.0, "tickets": 1, "percent": 33.33},
        ]

    async def test_nothing_is_compared_if_nothing_is_wanted(self, owner: httpx.AsyncClient) -> None:
        page = await overview(owner, compare="none")
        assert page["comparison"] is page["figures"]["previous"] is page["series"]["previous"] is None
        margin = page["figures"]["margin"]
        assert margin["previous"] is margin["change_percent"] is None
        assert page["products"]["risers"] == []

    @pytest.mark.parametrize("wanted", ["today", "7days", "week", "month", "30days", "year"])
    async def test_figures_equal_the_other_reports(self, owner: httpx.AsyncClient, wanted: str) -> None:
        page = await overview(owner, range=wanted)
        asked = await owner.get("/api/analytics/timeline/", params=page["period"])
        total = asked.json()["total"]
        figures = page["figures"]
        assert {name: figures[name] for name in ("revenue", "tickets", "units", "average_ticket")} == {
            name: total[name] for name in ("revenue", "tickets", "units", "average_ticket")
        }
        assert sum(point["tickets"] for point in page["series"]["points"]) == total["tickets"]

    @pytest.mark.parametrize("wanted", ["today", "month", "year"])
    async def test_products_equal_the_ranking(self, owner: httpx.AsyncClient, wanted: str) -> None:
        page = await overview(owner, range=wanted)
        asked = await owner.get("/api/analytics/product-ranking/", params=page["period"])
        ranked = [(each["product_name"], each["units_sold"]) for each in asked.json()["results"]["most_sold"]]
        assert [(each["name"], each["units"]) for each in page["products"]["by_units"]] == ranked

    async def test_discounts_and_returns_stand_beside_what_was_sold(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        sold, sold_earlier = (
            a_paid_order(a_line(1, quantity=2), paid_at=at(day, 9), saved="12.50")
            for day in ("2026-03-06", "2026-02-27")
        )
        late = at("2026-03-06", 14, 33)
        await consume(
            sold,
            sold_earlier,
            a_return(sold, {1: 1}),
            a_return_at_a_till(sold_earlier, {1: 1}, returned_at=at("2026-03-06", 10)),
            a_return(sold_earlier, {1: 1}, processed_at=late, is_everything_back=True),
        )
        page = await overview(owner)
        figures = page["figures"]
        shown = ("discounts", "returns", "returned")
        assert [figures[name] for name in shown] == [12.5, 3, 348.0]
        assert [figures["previous"][name] for name in shown] == [0.0, 0, 0.0]
        assert figures["change_percent"]["returned"] is figures["change_percent"]["discounts"] is None
        assert [page["sparkline"][-1][name] for name in shown] == [12.5, 3, 348.0]

    async def test_earlier_returns_count_up_to_the_same_minute(
        self, owner: httpx.AsyncClient, consume: Consume
    ) -> None:
        sold = a_paid_order(a_line(1, quantity=4), paid_at=at("2026-02-20", 9))
        in_time, late = at("2026-02-27", 14, 32), at("2026-02-27", 14, 33)
        await consume(
            sold, a_return(sold, {1: 1}, processed_at=in_time), a_return(sold, {1: 1}, processed_at=late)
        )
        figures = (await overview(owner))["figures"]
        assert (figures["previous"]["returns"], figures["previous"]["returned"]) == (1, 116.0)
        assert figures["change_percent"]["returned"] == -100.0

    @pytest.mark.parametrize("wanted", ["today", "7days", "week", "month", "30days", "year"])
    async def test_the_earlier_series_adds_up_to_what_is_compared(
        self, owner: httpx.AsyncClient, wanted: str
    ) -> None:
        """Its last day, too, is cut at the time of now."""
        page = await overview(owner, range=wanted, compare="day_before" if wanted == "today" else "usual")
        previous, points = page["figures"]["previous"], page["series"]["previous"]
        assert sum(point["tickets"] for point in points) == previous["tickets"]
        assert sum(point["revenue"] for point in points) == previous["revenue"]

    async def test_the_hour_that_is_cut_counts_in_part(self, owner: httpx.AsyncClient) -> None:
        points = (await overview(owner))["series"]["previous"]
        assert {point["hour"]: point["revenue"] for point in points if point["tickets"]} == {
            10: 116.0,
            14: 232.0,
        }

    async def test_the_answer_says_how_new_it_is(self, owner: httpx.AsyncClient) -> None:
        assert (await owner.get(OVERVIEW)).headers["X-Data-As-Of"]


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"range": "decade"}, "not a valid choice"),
        ({"compare": "other"}, "not a valid choice"),
        ({"compare": "previous_month"}, "same_weekday_last_week"),
        ({"range": "custom", "from": "6.3.2026"}, "Use YYYY-MM-DD"),
        ({"range": "custom", "from": "2026-03-02", "to": "2026-03-01"}, "must not be after"),
        ({"range": "custom", "from": "0001-01-01", "to": "2026-03-01"}, "at most 3700"),
    ],
)
async def test_what_is_refused(owner: httpx.AsyncClient, params: dict[str, str], says: str) -> None:
    refused = await owner.get(OVERVIEW, params=params)
    assert refused.status_code == 400
    assert says in refused.text


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("9999-12-05", "9999-12-31"),
        ("9999-12-31", "9999-12-31"),
        ("9991-01-01", "9999-12-31"),
        ("0001-01-01", "0001-01-01"),
        ("0001-01-01", "0001-02-03"),
    ],
)
async def test_no_days_are_too_early_or_too_late(owner: httpx.AsyncClient, first: str, last: str) -> None:
    days = {"range": "custom", "from": first, "to": last}
    kinds = (await overview(owner, **days))["comparisons"]
    for kind in kinds:
        page = await overview(owner, **days, compare=kind)
        assert (page["figures"]["revenue"], page["products"]["by_revenue"]) == (0.0, [])


async def test_a_return_is_taken_off(owner: httpx.AsyncClient, consume: Consume) -> None:
    order = a_paid_order(a_line(1, quantity=2), paid_at=at("2026-03-06", 9))
    await consume(order, a_return(order, {1: 1}))
    assert (await overview(owner))["figures"]["revenue"] == 116.0


async def test_a_loss_is_no_base_of_a_change(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume(
        a_product(1, cost="160.00"),
        a_product(2, cost="60.00"),
        a_paid_order(a_line(1), paid_at=at("2026-02-27", 10)),
        a_paid_order(a_line(2), paid_at=at("2026-03-06", 10)),
    )
    margin = (await overview(owner))["figures"]["margin"]
    assert (margin["profit"], margin["previous"]["profit"], margin["change_percent"]) == (40.0, -60.0, None)


async def test_what_runs_out_and_what_is_dead(owner: httpx.AsyncClient, consume: Consume) -> None:
    await consume(
        a_supplier(3, name="Norte"),
        a_product(1, name="Laptop", current_stock=4, low_stock_threshold=11, supplier_id=3),
        a_product(2, name="Mouse", current_stock=4, cost="60.00"),
        a_product(3, name="Cable", current_stock=9, cost="60.00"),
        a_paid_order(a_line(1, quantity=30), paid_at=at("2026-03-05")),
        a_paid_order(a_line(2), paid_at=at("2026-01-05")),
        a_stock(1, current_stock=4, ledger_id=1, changed_at=at("2026-03-05")),
    )
    page = await overview(owner)
    assert page["running_out"] == [
        {
            "product_id": 1,
            "name": "Laptop",
            "sku": "SKU-1",
            "supplier_id": 3,
            "supplier_name": "Norte",
            "current_stock": 4,
            "low_stock_threshold": 11,
            "sales_velocity": 1.0,
            "days_of_cover": 4,
            "order_quantity": 10,
        }
    ]
    suggested = (await owner.get("/api/analytics/suggested-orders/")).text
    assert f'"order_quantity":{page["running_out"][0]["order_quantity"]}' in suggested.replace(" ", "")
    cable = {"product_id": 3, "name": "Cable", "sku": "SKU-3", "current_stock": 9}
    mouse = {"product_id": 2, "name": "Mouse", "sku": "SKU-2", "current_stock": 4}
    assert page["dead_stock"] == [
        {**cable, "value": 540.0, "last_sale": None},
        {**mouse, "value": 240.0, "last_sale": "2026-01-05"},
    ]


async def test_dead_stock_of_unknown_cost_has_no_value(owner: httpx.AsyncClient, consume: Consume) -> None:
    """It stands where its price puts it."""
    await consume(
        a_product(1, name="Mouse", current_stock=4, cost="60.00"),
        a_product(2, name="Laptop", current_stock=4, cost=None),
        a_product(3, name="Cable", current_stock=1, cost="60.00"),
    )
    dead = [(each["name"], each["value"]) for each in (await overview(owner))["dead_stock"]]
    assert dead == [("Laptop", None), ("Mouse", 240.0), ("Cable", 60.0)]


async def test_what_is_gone_is_not_dead_and_what_came_back_was_not_sold(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    order = a_paid_order(a_line(1, quantity=3, unit_price="0.10"), a_line(2))
    await consume(
        a_product(1, name="Cable", current_stock=5),
        a_product(3, name="Laptop", current_stock=5, deleted=True),
        a_product(4, name="Mouse", current_stock=0),
        order,
        *(a_return(order, {1: 1}) for _ in range(3)),
    )
    dead = [(each["name"], each["last_sale"]) for each in (await overview(owner))["dead_stock"]]
    assert dead == [("Cable", None)]


async def test_of_equal_products_the_first_by_id_are_shown(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    running_out, dead = range(1, 23), range(31, 53)
    await consume(
        *(a_product(number, current_stock=4) for number in reversed(running_out)),
        *(a_product(number, current_stock=4) for number in reversed(dead)),
        a_paid_order(*(a_line(number) for number in reversed(running_out)), paid_at=at("2026-03-06", 9)),
    )
    page = await overview(owner)
    lists = (*page["products"].values(), page["running_out"], page["dead_stock"])
    ids = [[each["product_id"] for each in listed] for listed in lists]
    ten, twenty = [*range(1, 11)], [*range(1, 21)]
    assert ids == [ten, ten, ten, ten, [], twenty, [*range(31, 51)]]


async def test_on_the_first_of_a_month_the_earlier_day_is_cut_alone(
    owner: httpx.AsyncClient, consume: Consume, clock: FakeClock
) -> None:
    clock.set(at("2026-04-01", 14, 32))
    await consume(
        a_product(1),
        *(a_paid_order(paid_at=at("2026-03-01", hour)) for hour in (14, 15)),
        a_paid_order(paid_at=at("2026-02-28")),
    )
    page = await overview(owner, range="month")
    (faller,) = page["products"]["fallers"]
    assert (faller["previous_units"], page["figures"]["previous"]["units"]) == (1, 1)


async def test_stock_is_dead_after_thirty_days_without_a_sale(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    await consume(
        *(a_product(number, current_stock=90) for number in (1, 2)),
        a_paid_order(a_line(1), paid_at=at("2026-02-04")),
        a_paid_order(a_line(2), paid_at=at("2026-02-03")),
    )
    assert [each["product_id"] for each in (await overview(owner))["dead_stock"]] == [2]


@pytest.mark.parametrize(("first", "points"), [("2025-12-05", 92), ("2025-12-04", 4)])
async def test_up_to_92_days_are_shown_by_day_and_more_by_month(
    owner: httpx.AsyncClient, first: str, points: int
) -> None:
    page = await overview(owner, range="custom", **{"from": first, "to": "2026-03-06"})
    assert len(page["series"]["points"]) == points


async def test_a_range_that_begins_today_is_running(owner: httpx.AsyncClient, clock: FakeClock) -> None:
    clock.set(at("2026-03-02", 14, 32))
    page = await overview(owner, range="week")
    assert (page["is_running"], page["comparison"]["until"]) == (True, "2026-02-23T14:32:00-06:00")
