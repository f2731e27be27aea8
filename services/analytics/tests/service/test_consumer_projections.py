from collections.abc import Callable, Coroutine
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from libs.common.contracts.auth import UserCreated
from libs.common.contracts.catalog import StockChanged, StockLevel
from libs.common.contracts.event import Event
from libs.common.db.database import Database
from libs.testing.locks import in_turn
from services.analytics.tests.builders import (
    A_MOMENT,
    Consume,
    a_cancellation,
    a_customer,
    a_line,
    a_paid_order,
    a_product,
    a_stock,
    a_supplier,
    a_user,
)

ledger_ids = count(1)


async def the(database: Database, what: str, table: str) -> Any:
    """The value in the only row of a table."""
    (row,) = await database.fetch_dicts(f"select {what} as value from {table}")
    return row["value"]


async def test_a_product_is_as_its_newest_event_says(database: Database, consume: Consume) -> None:
    await consume(a_product(name="Old"), sequence=1)
    await consume(a_product(name="New"), sequence=2)
    assert await the(database, "name", "products") == "New"


async def test_an_older_event_that_arrives_later_changes_nothing(
    database: Database, consume: Consume
) -> None:
    await consume(a_product(name="New", deleted=True), sequence=2)
    await consume(a_product(name="Old"), sequence=1)
    assert await the(database, "name || deleted", "products") == "Newtrue"


async def test_of_several_events_in_a_batch_the_newest_counts(database: Database, consume: Consume) -> None:
    await consume(a_product(name="New"), a_product(name="Old"), sequence=[6, 5])
    assert await the(database, "name", "products") == "New"


async def test_a_product_that_only_a_sale_has_named_is_described_by_its_first_event(
    database: Database, consume: Consume
) -> None:
    await consume(a_paid_order())
    await consume(a_product(name="Laptop"), sequence=1)
    assert await the(database, "sku", "products") == "SKU-1"


async def test_a_product_has_the_supplier_of_its_newest_event(database: Database, consume: Consume) -> None:
    await consume(a_product(supplier_id=7), sequence=2)
    await consume(a_product(supplier_id=6), sequence=1)
    assert await the(database, "supplier_id", "products") == 7


async def test_a_product_may_lose_its_supplier(database: Database, consume: Consume) -> None:
    await consume(a_product(supplier_id=7), a_product(), sequence=[1, 2])
    assert await the(database, "supplier_id", "products") is None


async def test_a_supplier_is_as_the_newest_event_says(database: Database, consume: Consume) -> None:
    await consume(a_supplier(name="Abarrotes del Sur"), sequence=2)
    await consume(a_supplier(name="Abarrotes"), sequence=1)
    assert await the(database, "name", "suppliers") == "Abarrotes del Sur"


async def test_of_several_events_of_a_supplier_in_a_batch_the_newest_counts(
    database: Database, consume: Consume
) -> None:
    event = a_supplier(deleted=True)
    await consume(event, a_supplier(name="Old"), event, sequence=[6, 5, 6])
    assert await the(database, "name || deleted", "suppliers") == "Abarrotestrue"


async def test_prices_keep_their_four_decimals(database: Database, consume: Consume) -> None:
    await consume(a_product().model_copy(update={"price": Decimal("86.2069")}))
    assert str(await the(database, "price", "products")) == "86.2069"


async def test_a_new_product_has_the_stock_it_was_made_with(database: Database, consume: Consume) -> None:
    await consume(a_product(current_stock=10))
    assert await the(database, "current_stock", "product_stocks") == 10


async def test_the_stock_is_as_the_newest_ledger_entry_says(database: Database, consume: Consume) -> None:
    await consume(a_stock(current_stock=8, ledger_id=2))
    await consume(a_stock(current_stock=9, ledger_id=1))
    assert await the(database, "current_stock", "product_stocks") == 8


async def test_of_several_ledger_entries_in_a_batch_the_newest_counts(
    database: Database, consume: Consume
) -> None:
    await consume(a_stock(current_stock=7, ledger_id=3), a_stock(current_stock=8, ledger_id=2))
    assert await the(database, "current_stock", "product_stocks") == 7


async def test_a_change_of_the_product_does_not_overrule_the_ledger(
    database: Database, consume: Consume
) -> None:
    await consume(a_product(current_stock=10), sequence=1)
    await consume(a_stock(current_stock=8, ledger_id=2))
    await consume(a_product(name="Renamed", current_stock=10), sequence=3)
    assert await the(database, "current_stock", "product_stocks") == 8


async def test_the_ledger_may_come_before_the_product(database: Database, consume: Consume) -> None:
    await consume(a_stock(current_stock=8, ledger_id=2))
    await consume(a_product(current_stock=10))
    assert await the(database, "current_stock", "product_stocks") == 8


async def test_until_a_ledger_entry_is_consumed_the_newest_product_event_sets_the_stock(
    database: Database, consume: Consume
) -> None:
    await consume(a_product(current_stock=12), sequence=2)
    await consume(a_product(current_stock=10), sequence=1)
    assert await the(database, "current_stock", "product_stocks") == 12


async def test_one_cause_moves_the_stock_of_many_products(database: Database, consume: Consume) -> None:
    levels = tuple(
        StockLevel(product_id=product, change=-1, current_stock=product * 10, ledger_id=product)
        for product in (3, 1, 2)
    )
    await consume(StockChanged(reason="SALE", reference="order/1", products=levels, changed_at=A_MOMENT))
    rows = await database.fetch_dicts("select current_stock from product_stocks order by product_id")
    assert [row["current_stock"] for row in rows] == [10, 20, 30]


async def test_a_customer_is_as_the_newest_event_says(database: Database, consume: Consume) -> None:
    await consume(a_customer(first_name="Ana María"), sequence=2)
    await consume(a_customer(first_name="Ana"), sequence=1)
    assert await the(database, "first_name", "customers") == "Ana María"


async def test_a_deleted_customer_stays_marked(database: Database, consume: Consume) -> None:
    await consume(a_customer(), sequence=1)
    await consume(a_customer(deleted=True), sequence=2)
    assert await the(database, "deleted", "customers") is True


@pytest.mark.parametrize(
    ("old", "new", "table", "columns", "shown"),
    [
        (
            a_customer(),
            a_customer(first_name="Eva", last_name="Ruiz", email="eva@example.com", deleted=True).model_copy(
                update={"is_frequent": True}
            ),
            "customers",
            "first_name, last_name, email, is_frequent, deleted",
            "Eva Ruiz eva@example.com t t",
        ),
        (
            a_user(7),
            a_user(7, username="eva", is_active=False),
            "users",
            "username, email, deleted",
            "eva eva@example.com t",
        ),
        (a_supplier(), a_supplier(name="Lácteos", deleted=True), "suppliers", "name, deleted", "Lácteos t"),
    ],
    ids=["customer", "user", "supplier"],
)
async def test_an_event_between_two_that_were_heard_changes_nothing(
    database: Database, consume: Consume, old: Any, new: Any, *, table: str, columns: str, shown: str
) -> None:
    for event, sequence in ((old, 1), (new, 3), (old, 2)):
        await consume(event, sequence=sequence)
    assert await the(database, f"concat_ws(' ', {columns})", table) == shown


async def test_a_batch_that_names_one_product_and_describes_another_waits_for_one_that_describes_both(
    database: Database, consume: Consume
) -> None:
    await consume(a_product(1))
    await in_turn(
        database,
        "select from products for update",
        consume(a_product(1, name="Desk"), a_product(2, name="Chair")),
        consume(a_paid_order(a_line(2)), a_product(1, name="Table")),
    )
    rows = await database.fetch_dicts("select name from products order by product_id")
    assert [row["name"] for row in rows] == ["Table", "Chair"]


async def test_a_batch_that_records_a_user_and_changes_another_waits_for_one_that_changes_both(
    database: Database, consume: Consume
) -> None:
    await consume(a_user(1))
    created = UserCreated(
        user_id=2, username="luis", email="luis@example.com", roles=("employee",), created_at=A_MOMENT
    )
    await in_turn(
        database,
        "select from users for update",
        consume(a_user(1, username="ana.l"), a_user(2, username="luis.l")),
        consume(created, a_user(1, username="ana.m")),
    )
    rows = await database.fetch_dicts("select username from users order by user_id")
    assert [row["username"] for row in rows] == ["ana.m", "luis"]


async def test_a_sale_waits_for_a_batch_that_takes_sales_off_and_describes_products(
    database: Database, consume: Consume
) -> None:
    order = a_paid_order(payment_method="WEB")
    await consume(order)
    await in_turn(
        database,
        "lock table sale_facts in share row exclusive mode",
        consume(a_cancellation(order), a_product(2)),
        consume(a_paid_order(a_line(3))),
    )
    rows = await database.fetch_dicts("select product_id from products order by product_id")
    assert [row["product_id"] for row in rows] == [1, 2, 3]


@pytest.mark.parametrize(
    ("tell", "third"),
    [
        (a_product, "select from products where product_id = 3 for update"),
        (
            lambda number: a_stock(number, current_stock=7, ledger_id=next(ledger_ids)),
            "select from product_stocks where product_id = 3 for update",
        ),
        (a_supplier, "select from suppliers where supplier_id = 3 for update"),
        (a_customer, "select from customers where customer_id = 3 for update"),
        (a_user, "select from users where user_id = 3 for update"),
    ],
    ids=["product", "stock", "supplier", "customer", "user"],
)
async def test_batches_that_tell_of_the_same_in_another_order_wait_for_each_other(
    database: Database, consume: Consume, tell: Callable[[int], Event], third: Any
) -> None:
    """The one must not have the first and want the second while the other has the second."""
    sequences = count(1)

    def told(*numbers: int) -> Coroutine[None, None, None]:
        return consume(*map(tell, numbers), sequence=[next(sequences) for _ in numbers])

    await told(1, 2, 3)
    await in_turn(database, third, told(1, 3, 2), told(2, 1))
