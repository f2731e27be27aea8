"""A rebuild ends with the owners' figures, whatever happens meanwhile and wherever it dies."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from random import Random
from typing import LiteralString

import httpx
import pytest

from libs.common.contracts.event import Event
from libs.common.db.database import Database
from libs.common.errors import Unavailable
from libs.common.messaging.inbox import take_in
from libs.testing.locks import until_waiting
from libs.testing.received import received
from libs.testing.waiting import eventually
from services.analytics.consumers import subscriptions
from services.analytics.tests.builders import (
    STORE,
    Consume,
    a_customer,
    a_paid_order,
    a_payment_again,
    a_product,
    a_refund,
    a_stock,
    a_supplier,
    a_user,
    october,
)
from services.analytics.tests.exports import Told
from services.analytics.tests.plain import Plain
from services.analytics.tests.silent_steps import SilentSteps
from services.analytics.tests.streams import consume_in_parallel, random_changes, random_orders
from services.analytics.usecases.rebuilding.comparing import Difference
from services.analytics.usecases.rebuilding.filling import Filling
from services.analytics.usecases.rebuilding.rebuilding import rebuild, verify
from services.analytics.usecases.rebuilding.schema import (
    AlreadyRebuilding,
    OtherTables,
    Rebuild,
    RebuildLost,
    close_schema,
    only_one,
    open_schema,
)
from services.analytics.usecases.reports.desk import ONE_SNAPSHOT, SELECT_AS_OF

SUMMARY = "/api/analytics/sales-summary/?start_date=2025-10-01&end_date=2026-03-31"
Rebuilding = Callable[[Told], Coroutine[None, None, Sequence[Difference]]]

INDEXES = """
select tablename, indexname, replace(indexdef, schemaname || '.', '') as indexdef from pg_indexes
where schemaname = 'public' order by indexname
"""
OPTIONS = """
select relname, reloptions::text from pg_class where relnamespace = 'public'::regnamespace order by relname
"""
CONSTRAINTS = """
select conname, pg_get_constraintdef(oid) as definition from pg_constraint
where connamespace = 'public'::regnamespace order by conname
"""
LEFT_OVER = "select exists (select from pg_namespace where nspname = 'rebuilt')"
END_THE_HOLDER = """
select pg_terminate_backend(pid) from pg_locks
where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
"""
END_OTHERS = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""
WAITS = """
select exists (
    select from pg_locks where not granted and mode = 'AccessExclusiveLock'
    and database = (select oid from pg_database where datname = current_database())
)
"""
# PostgreSQL knows how many rows are in a table from vacuum and analyze only.
KNOWN = """
select relname, reltuples::int as rows from pg_class
where relnamespace = 'public'::regnamespace and relname in ('line_facts', 'sale_facts')
"""
REBUILDING = "select coalesce((select is_rebuilding from watermark), false)"


def told_by_owners(random: Random) -> list[Event]:
    """Sales, what happened to them, products with stock, customers and users."""
    orders = random_orders(random)
    return [
        *(a_product(number, name=f"Product {number}") for number in range(1, 13)),
        *(a_stock(number, current_stock=5 * number, ledger_id=number) for number in range(1, 13)),
        a_customer(1),
        a_user(1),
        *orders,
        *(change for order in orders for change in random_changes(random, order)),
    ]


@pytest.fixture
def from_owners(database: Database) -> Rebuilding:
    """Rebuilds from these exports."""

    async def work(exports: Told) -> Sequence[Difference]:
        filling = Filling(exports, database, STORE, SilentSteps())
        return await rebuild(filling, database=database, patience=0.6)

    return work


async def figures(database: Database) -> tuple[dict[int, object], dict[tuple[int, int], int]]:
    sales = await database.fetch_dicts("select order_id, final_amount from sale_facts")
    lines = await database.fetch_dicts("select * from line_facts where quantity > 0")
    return (
        {sale["order_id"]: sale["final_amount"] for sale in sales},
        {(line["order_id"], line["product_id"]): line["quantity"] for line in lines},
    )


def plainly(told: Sequence[Event]) -> tuple[dict[int, object], dict[tuple[int, int], int]]:
    sales = Plain([received(event) for event in told], STORE).sales
    return (
        {sale.order.order_id: sale.total for sale in sales},
        {
            (sale.order.order_id, line.product_id): line.quantity
            for sale in sales
            for line in sale.lines
            if line.quantity
        },
    )


async def test_figures_that_are_right_are_the_same_after_a_rebuild(
    database: Database, from_owners: Rebuilding, owner: httpx.AsyncClient
) -> None:
    told = told_by_owners(Random(1))  # noqa: S311 - repeatable examples, not secrets
    await consume_in_parallel(database, [received(event) for event in told])
    before = await figures(database), (await owner.get(SUMMARY)).json()
    assert await from_owners(Told(told)) == []
    assert (await figures(database), (await owner.get(SUMMARY)).json()) == before
    assert before[0] == plainly(told)
    assert not await database.fetch_value(REBUILDING)


async def test_lost_figures_come_back(database: Database, from_owners: Rebuilding) -> None:
    told = told_by_owners(Random(2))  # noqa: S311 - repeatable examples, not secrets
    differences = await from_owners(Told(told))
    assert {"sale_facts", "sales_by_hour", "products", "product_stocks", "users"} <= {
        difference.table for difference in differences
    }
    assert await figures(database) == plainly(told)
    assert await from_owners(Told(told)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (a_product(name="Old"), a_product(name="New")),
        (a_supplier(name="Old"), a_supplier(name="New")),
        (a_customer(first_name="Old"), a_customer(first_name="New")),
        (a_user(1, username="old"), a_user(1, username="new")),
    ],
    ids=["product", "supplier", "customer", "user"],
)
async def test_an_older_event_that_arrives_after_a_rebuild_changes_nothing(
    database: Database, from_owners: Rebuilding, consume: Consume, old: Event, new: Event
) -> None:
    await consume(new, sequence=8)
    await from_owners(Told([new]))
    await consume(old, sequence=7)
    assert await from_owners(Told([new])) == []


async def test_an_older_entry_of_the_ledger_that_arrives_after_a_rebuild_changes_nothing(
    database: Database, from_owners: Rebuilding, consume: Consume
) -> None:
    told = Told([a_product(), a_stock(current_stock=3, ledger_id=7)])
    await from_owners(told)
    await consume(a_stock(current_stock=4, ledger_id=6))
    assert await database.fetch_value("select current_stock from product_stocks") == 3


async def test_products_of_which_no_event_told_are_described_by_a_rebuild(
    from_owners: Rebuilding, owner: httpx.AsyncClient
) -> None:
    await from_owners(Told([a_product(current_stock=0), a_paid_order()]))
    (supplier,) = (await owner.get("/api/analytics/suggested-orders/")).json()["suppliers"]
    assert [product["product_id"] for product in supplier["products"]] == [1]


async def test_an_order_that_was_refunded_before_a_rebuild_counts_once_it_is_paid_again(
    database: Database, from_owners: Rebuilding, consume: Consume
) -> None:
    order = a_paid_order(payment_method="WEB")
    await from_owners(Told([order, a_refund(order)]))
    assert await figures(database) == ({}, {})
    await consume(a_payment_again(order, paid_at=order.paid_at))
    assert await figures(database) == plainly([order])


async def test_an_earlier_refund_or_payment_that_is_heard_of_after_a_rebuild_takes_nothing_off(
    database: Database, from_owners: Rebuilding, consume: Consume
) -> None:
    order = a_paid_order(payment_method="WEB")
    again = a_payment_again(order, paid_at=october(2))
    once_more = a_payment_again(order, paid_at=october(3), times=2)
    await from_owners(Told([order, a_refund(order), again, a_refund(again), once_more]))
    await consume(a_refund(order), again, a_refund(again))
    assert await database.fetch_values("select day from sale_facts") == [date(2023, 10, 3)]


async def test_a_supplier_whom_the_owner_has_forgotten_is_no_difference(
    from_owners: Rebuilding, consume: Consume
) -> None:
    await consume(a_supplier(deleted=True))
    assert await from_owners(Told([])) == []


async def test_a_wrong_sum_is_named_with_what_the_owners_say_and_mended(
    database: Database, from_owners: Rebuilding, consume: Consume
) -> None:
    order = a_paid_order()
    await consume(order)
    await database.execute("update sales_by_hour set revenue = revenue + 1")
    (difference,) = await from_owners(Told([order]))
    (example,) = difference.examples
    assert (difference.table, difference.rows) == ("sales_by_hour", 1)
    assert [row and row["revenue"] for row in example] == [117.0, 116.0]
    assert str(await database.fetch_value("select revenue from sales_by_hour")) == "116.00"


async def test_verifying_tells_a_difference_and_changes_nothing(database: Database, consume: Consume) -> None:
    order = a_paid_order()
    await consume(order)
    await database.execute("update sales_by_hour set revenue = revenue + 1")
    filling = Filling(Told([order]), database, STORE, SilentSteps())
    (difference,) = await verify(filling, database=database, patience=0.6)
    assert difference.table == "sales_by_hour"
    assert str(await database.fetch_value("select revenue from sales_by_hour")) == "117.00"
    assert not await database.fetch_value(LEFT_OVER)


async def test_the_new_tables_are_as_migrations_make_them(
    database: Database, from_owners: Rebuilding
) -> None:
    made = [await database.fetch_dicts(what) for what in (INDEXES, OPTIONS, CONSTRAINTS)]
    await from_owners(Told([]))
    assert [await database.fetch_dicts(what) for what in (INDEXES, OPTIONS, CONSTRAINTS)] == made


@pytest.mark.parametrize("seed", range(3))
async def test_sales_and_reports_go_on_while_figures_are_rebuilt(
    database: Database, from_owners: Rebuilding, owner: httpx.AsyncClient, seed: int
) -> None:
    """Events are told while pages are read: some before the rebuild, some between, some twice, some late."""
    random = Random(seed)  # noqa: S311 - repeatable examples, not secrets
    told = told_by_owners(random)
    half = len(told) // 2
    coming = [received(event) for event in told[half:]]
    random.shuffle(coming)
    late = [received(event) for event in told[:half][-20:]]
    await consume_in_parallel(database, [received(event) for event in told[: half - 20]])
    exports = Told(told[:half])

    async def meanwhile() -> None:
        answer = await owner.get(SUMMARY)
        assert answer.status_code == 200
        exports.events += [event.event for event in coming[:9]]
        batch = [*late[:3], *coming[:9]]
        del late[:3], coming[:9]
        if batch:
            await take_in(database, subscriptions(STORE), batch)

    exports = Told(told[:half], meanwhile)
    await from_owners(exports)
    await consume_in_parallel(database, [*late, *coming])
    assert await figures(database) == plainly(told)
    assert await from_owners(Told(told)) == []


async def test_batches_in_flight_when_the_tables_change_place_are_in_the_new_ones(
    database: Database, from_owners: Rebuilding
) -> None:
    orders = random_orders(Random(5))  # noqa: S311 - repeatable examples, not secrets
    rebuilds = 0
    async with asyncio.TaskGroup() as tasks:
        counting = tasks.create_task(consume_in_parallel(database, [received(order) for order in orders]))
        while not counting.done() or not rebuilds:
            await from_owners(Told(orders))
            rebuilds += 1
    assert await figures(database) == plainly(orders)
    assert await from_owners(Told(orders)) == []


async def test_an_owner_that_does_not_answer_leaves_the_figures_as_they_were(
    database: Database, from_owners: Rebuilding, consume: Consume
) -> None:
    async def goes_away() -> None:
        raise Unavailable("sales")

    order = a_paid_order()
    await consume(order)
    with pytest.raises(Unavailable):
        await from_owners(Told([order], goes_away))
    assert await figures(database) == plainly([order])
    assert not await database.fetch_value(LEFT_OVER)
    assert not await database.fetch_value(REBUILDING)


async def test_what_a_killed_rebuild_left_is_fed_until_the_next_one_replaces_it(
    database: Database, from_owners: Rebuilding, consume: Consume
) -> None:
    first, second = a_paid_order(), a_paid_order()
    await consume(first)
    await open_schema(database)  # and then the process was killed
    await consume(second)
    assert await database.fetch_value("select count(*) from rebuilt.sale_facts") == 1
    assert await from_owners(Told([first, second])) == []
    assert await figures(database) == plainly([first, second])


async def test_what_a_killed_rebuild_left_can_be_dropped(database: Database, consume: Consume) -> None:
    await open_schema(database)
    await close_schema(database)
    await consume(a_paid_order())
    assert not await database.fetch_value(LEFT_OVER)


async def test_a_rebuild_begins_after_the_page_of_another_that_is_being_stored(database: Database) -> None:
    tables = await open_schema(database)
    async with asyncio.TaskGroup() as tasks, database.transaction() as tx:
        await tables.join_batches(tx)
        tasks.create_task(open_schema(database))
        await until_waiting(database)


async def test_one_rebuild_runs_at_a_time(database: Database) -> None:
    async with only_one(database):
        with pytest.raises(AlreadyRebuilding):
            async with only_one(database):
                pass
    async with only_one(database):
        pass


async def test_another_command_is_free_to_begin_once_the_first_one_s_connection_has_ended(
    database: Database,
) -> None:
    async with only_one(database):
        await database.execute(END_THE_HOLDER)

        async def begins() -> bool:
            try:
                async with only_one(database):
                    return True
            except AlreadyRebuilding:
                return False

        await eventually(begins)


async def test_a_rebuild_whose_place_another_took_changes_nothing(
    database: Database, consume: Consume
) -> None:
    async def another_begins() -> None:
        if await database.fetch_value("select exists (select from rebuilt.sale_facts)"):
            await open_schema(database)

    order = a_paid_order()
    await consume(order)
    filling = Filling(
        Told([order, *(a_paid_order() for _ in range(50))], another_begins), database, STORE, SilentSteps()
    )
    with pytest.raises(RebuildLost):
        await rebuild(filling, database=database, patience=0)
    assert await figures(database) == plainly([order])
    assert await database.fetch_value(LEFT_OVER), "the other one goes on"


async def test_tables_that_have_changed_place_do_not_change_it_again(database: Database) -> None:
    tables = await open_schema(database)
    await tables.take_place(database)
    await tables.take_place(database)  # as after a commit whose answer was lost
    await tables.close(database)
    await open_schema(database)
    with pytest.raises(RebuildLost):
        await (await _lost(database)).take_place(database)


async def _lost(database: Database) -> Rebuild:
    lost = await open_schema(database)
    await open_schema(database)
    return lost


@pytest.mark.parametrize(
    ("migration", "back", "told"),
    [
        (
            "create index ix_of_tomorrow on users (username)",
            "drop index ix_of_tomorrow",
            "users: CREATE INDEX ix_of_tomorrow",
        ),
        (
            "alter table users alter username set default 'tomorrow'",
            "alter table users alter username drop default",
            "users: username text",
        ),
        (
            "alter table users add constraint ck_of_tomorrow check (user_id > 0)",
            "alter table users drop constraint ck_of_tomorrow",
            "users: ck_of_tomorrow CHECK",
        ),
    ],
    ids=["index", "default", "constraint"],
)
async def test_tables_of_another_version_are_not_replaced(
    database: Database, migration: LiteralString, back: LiteralString, told: str
) -> None:
    tables = await open_schema(database)
    await database.execute(migration)  # meanwhile
    try:
        with pytest.raises(OtherTables, match=told):
            await tables.take_place(database)
        with pytest.raises(OtherTables, match=told):
            await open_schema(database)
    finally:
        await database.execute(back)
    await tables.take_place(database)


async def test_the_new_tables_are_known_to_the_planner(database: Database, from_owners: Rebuilding) -> None:
    told = told_by_owners(Random(3))  # noqa: S311 - repeatable examples, not secrets
    await from_owners(Told(told))
    sales, _ = plainly(told)
    known = {row["relname"]: row["rows"] for row in await database.fetch_dicts(KNOWN)}
    assert known["sale_facts"] == len(sales)
    assert known["line_facts"] > len(sales)


@pytest.mark.parametrize("first", [SELECT_AS_OF, "select count(*) from sale_facts"])
async def test_tables_change_place_after_a_report_that_has_begun(
    database: Database, from_owners: Rebuilding, consume: Consume, first: LiteralString
) -> None:
    orders = [a_paid_order(), a_paid_order()]
    await consume(orders[0])
    async with asyncio.TaskGroup() as tasks, database.transaction() as report:
        await report.execute(ONE_SNAPSHOT)
        await report.fetch_value(first)
        tasks.create_task(from_owners(Told(orders)))
        await eventually(lambda: database.fetch_value(WAITS))
        assert await report.fetch_value("select count(*) from line_facts") == 1
        assert await report.fetch_value("select sum(tickets) from sales_by_hour") == 1
    assert await figures(database) == plainly(orders)


async def test_a_rebuild_goes_on_when_the_database_ends_its_connections(
    database: Database, from_owners: Rebuilding
) -> None:
    pages = 0

    async def ended_once() -> None:
        nonlocal pages
        pages += 1
        if pages == 12:
            await database.execute(END_OTHERS)

    told = told_by_owners(Random(4))  # noqa: S311 - repeatable examples, not secrets
    await from_owners(Told(told, ended_once))
    assert pages > 12
    assert await figures(database) == plainly(told)
