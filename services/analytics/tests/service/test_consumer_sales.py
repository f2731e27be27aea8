from datetime import UTC, datetime
from decimal import Decimal

import httpx

from libs.common.db.database import Database
from services.analytics.tests.builders import Consume, a_line, a_paid_order, a_product

THIRTY_YEARS = Decimal("999999999.99") * 10**12  # a thousand of the largest orders per second


async def names(database: Database) -> list[str]:
    rows = await database.fetch_dicts("select name from products order by product_id")
    return [row["name"] for row in rows]


async def test_an_order_that_is_told_by_two_events_counts_once(database: Database, consume: Consume) -> None:
    order = a_paid_order()
    await consume(order)
    await consume(order)
    assert await database.fetch_value("select sum(tickets) from sales_by_hour") == 1


async def test_an_order_that_is_told_twice_in_one_batch_counts_once(
    database: Database, consume: Consume
) -> None:
    order = a_paid_order()
    await consume(order, order)
    assert await database.fetch_value("select sum(units) from products_by_month") == 1


async def test_a_line_of_a_known_order_is_not_added_to_the_sums_again(
    database: Database, consume: Consume
) -> None:
    await consume(a_paid_order(a_line(1), order_id=7))
    await consume(a_paid_order(a_line(1), order_id=7), a_paid_order(a_line(1), order_id=8))
    assert await database.fetch_value("select units from products_by_month") == 2


async def test_the_lowest_and_the_highest_ticket_of_an_hour_are_kept(
    database: Database, consume: Consume
) -> None:
    for price in ("50.00", "10.00", "90.00"):
        await consume(a_paid_order(a_line(unit_price=price)))
    (row,) = await database.fetch_dicts("select lowest_ticket, highest_ticket from sales_by_hour")
    assert (str(row["lowest_ticket"]), str(row["highest_ticket"])) == ("11.60", "104.40")


async def test_the_store_s_day_and_hour_are_kept_with_the_sale(database: Database, consume: Consume) -> None:
    await consume(a_paid_order(paid_at=datetime(2026, 3, 1, 5, 59, 59, tzinfo=UTC)))
    (row,) = await database.fetch_dicts("select day::text, hour from sale_facts")
    assert row == {"day": "2026-02-28", "hour": 23}


async def test_a_sale_after_the_store_s_midnight_belongs_to_the_new_month(
    database: Database, consume: Consume
) -> None:
    await consume(a_paid_order(paid_at=datetime(2026, 3, 1, 6, 0, tzinfo=UTC)))
    assert str(await database.fetch_value("select month from products_by_month")) == "2026-03-01"


async def test_a_product_that_catalog_has_not_described_goes_by_the_name_on_the_sale(
    database: Database, consume: Consume
) -> None:
    await consume(a_paid_order(a_line(1, product_name="Laptop")))
    assert await names(database) == ["Laptop"]


async def test_a_sale_does_not_rename_a_product(database: Database, consume: Consume) -> None:
    await consume(a_product(1, name="Laptop 2026"))
    await consume(a_paid_order(a_line(1, product_name="Laptop")))
    assert await names(database) == ["Laptop 2026"]


async def test_a_batch_of_many_orders_is_counted_whole(database: Database, consume: Consume) -> None:
    await consume(*(a_paid_order(a_line(product), a_line(product + 1)) for product in range(1, 201)))
    assert await database.fetch_value("select count(*) from line_facts") == 400


async def test_many_of_the_largest_orders_are_counted_and_reported(
    owner: httpx.AsyncClient, consume: Consume
) -> None:
    line = a_line(unit_price="999999999.99").model_copy(update={"tax_amount": Decimal(0)})
    for _ in range(12):
        await consume(*(a_paid_order(line) for _ in range(200)))
    await consume(a_paid_order(a_line(unit_price="100.00")))
    answer = await owner.get(
        "/api/analytics/sales-summary/", params={"start_date": "2026-03-02", "end_date": "2026-03-02"}
    )
    general = answer.json()["general_summary"]
    assert (general["total_revenue"], general["total_tickets"]) == (2_400_000_000_092.0, 2_401)


async def test_the_sums_of_a_month_hold_thirty_years_of_the_largest_orders(
    database: Database, consume: Consume
) -> None:
    await consume(a_paid_order())
    await database.execute("update products_by_month set revenue = %(sum)s", {"sum": THIRTY_YEARS})
    await consume(a_paid_order())
    assert await database.fetch_value("select revenue from products_by_month") == THIRTY_YEARS + 100
