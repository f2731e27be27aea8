"""Changes to records past all rules, each with the change back and the invariants that it breaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg

from deploy.local.suite import LocalSuite
from tests.e2e.invariants.of_figures import TENDERS

PRODUCT: LiteralString = "where id = (select max(id) from products)"
LINE: LiteralString = """where (allocation_id, product_id) = (
    select allocation_id, product_id from allocations join allocation_lines on allocation_id = id
    where status = 'CONFIRMED' and sold_at is null order by id, product_id limit 1
)"""
ALLOCATION: LiteralString = (
    "where id = (select min(id::text)::uuid from allocations where status = 'CONFIRMED')"
)
CUSTOMER: LiteralString = "where id = (select max(id) from customers)"
CHARGE: LiteralString = (
    "where id = (select min(id::text)::uuid from charges where credit > 0 and refunded_credit = 0)"
)
EARNED: LiteralString = "where id = (select max(id) from points_ledger where reference is not null)"
ATTEMPT: LiteralString = (
    "where charge_id = (select min(charge_id::text)::uuid from payment_attempts where credit > 0 "
    "and order_id not in (select order_id from till_returns))"
)
SALE: LiteralString = "where order_id = (select max(order_id) from sale_facts)"
SOLD: LiteralString = (
    "where (order_id, product_id) = "
    "(select order_id, product_id from line_facts order by order_id, product_id limit 1)"
)


KNOWN_PRODUCT: LiteralString = "where product_id = (select max(product_id) from products)"
METHOD: LiteralString = (
    "where (day, payment_method) = (select day, payment_method from sales_by_method order by 1, 2 limit 1)"
)
TURN: LiteralString = "where ledger_id = (select max(ledger_id) from stock_turns)"


@dataclass(frozen=True, slots=True)
class Spoilt:
    """One change; `rules` are the names of the invariants."""

    service: str
    change: LiteralString
    back: LiteralString
    rules: frozenset[str]

    @contextmanager
    def in_suite(self, suite: LocalSuite) -> Iterator[None]:
        """The suite with the change, until the block ends."""
        with psycopg.connect(suite.database_url(self.service), autocommit=True) as database:
            assert database.execute(self.change).rowcount == 1, self.change
            try:
                yield
            finally:
                database.execute(self.back)


def added(
    service: str, table: LiteralString, column: LiteralString, row: LiteralString, *rules: str
) -> Spoilt:
    """One more in a column."""
    changes: list[LiteralString] = [
        f"update {table} set {column} = {column} {sign} 1 {row}" for sign in ("+", "-")
    ]
    return Spoilt(service, changes[0], changes[1], frozenset(rules))


def negated(
    service: str, table: LiteralString, column: LiteralString, row: LiteralString, rule: str
) -> Spoilt:
    """The contrary in a column."""
    change: LiteralString = f"update {table} set {column} = not {column} {row}"
    return Spoilt(service, change, change, frozenset({rule}))


STOCK = "every product's stock is the sum of its ledger, and not below 0"
STOCK_OF_ANALYTICS = "analytics has the stock of every product, after the last line of its ledger"
SPOILT = (
    added("catalog", "products", "current_stock", PRODUCT, STOCK, STOCK_OF_ANALYTICS),
    added(
        "catalog",
        "allocation_lines",
        "quantity",
        LINE,
        "an allocation has taken its lines from stock once, and a released one what did not go back",
        "what catalog gave to orders is what they sold",
    ),
    Spoilt(
        "catalog",
        "insert into returns (id, order_uuid, user_id, created_at) "
        "select gen_random_uuid(), gen_random_uuid(), 0, now()",
        "delete from returns where user_id = 0",
        frozenset({"a return has its goods in the ledger, and no more of them is written off"}),
    ),
    Spoilt(
        "catalog",
        "insert into shortfalls (product_id, allocation_id, quantity, order_id, created_at) "
        f"select product_id, allocation_id, 1, 0, now() from allocation_lines {LINE}",
        "delete from shortfalls where order_id = 0",
        frozenset(
            {
                "what is missing was sold by a sale that has happened, and no more than that",
                "an allocation has taken its lines from stock once, and a released one what did not go back",
            }
        ),
    ),
    Spoilt(
        "catalog",
        f"update allocations set short_since = now() {ALLOCATION}",
        "update allocations set short_since = null where short_since is not null",
        frozenset({"no order stands whose stock was released and could not be taken again"}),
    ),
    added(
        "customers",
        "customers",
        "current_points",
        CUSTOMER,
        "every customer's points are the sum of the ledger, and not below 0",
    ),
    added(
        "customers",
        "customers",
        "points_owed",
        CUSTOMER,
        "every customer's points owed are the sum of the ledger, and not below 0",
    ),
    Spoilt(
        "customers",
        "insert into returned_orders "
        "(order_uuid, customer_id, kept_points, taken_back, user_id, returned_at) "
        "select gen_random_uuid(), min(id), 0, 1, 0, now() from customers",
        "delete from returned_orders where user_id = 0",
        frozenset({"an order of which something came back has earned the points of what was kept"}),
    ),
    added(
        "customers",
        "customers",
        "credit_used",
        CUSTOMER,
        "every customer's debt is the sum of the ledger, and not below 0",
    ),
    added(
        "customers",
        "charges",
        "credit",
        CHARGE,
        "a charge has its line in the ledger, once, and gives back at most what it took",
        "what customers charged has paid an order, and nothing else has",
    ),
    added(
        "customers",
        "points_ledger",
        "amount",
        EARNED,
        "every customer's points are the sum of the ledger, and not below 0",
        "a paid order has earned its points, once",
    ),
    Spoilt(
        "sales",
        f"update payment_attempts set outcome = 'not_charged' {ATTEMPT}",
        f"update payment_attempts set outcome = 'charged' {ATTEMPT}",
        frozenset(
            {
                "an order is paid from a balance by exactly one charge, and PAYING with one open attempt",
                "what customers charged has paid an order, and nothing else has",
            }
        ),
    ),
    Spoilt(
        "sales",
        """update orders set payments = jsonb_build_array(
            jsonb_build_object('payment_method', payment_method, 'amount', '0.01')
        ) where id = (select max(id) from orders
            where channel = 'POS' and status = 'PAID' and payments is null and shift_id is null)""",
        """update orders set payments = null where payments @> '[{"amount": "0.01"}]'""",
        frozenset(
            {"the tenders of a paid order add up to its total, and its cash to no more than was received"}
        ),
    ),
    added(
        "sales",
        "layaway_payments",
        "amount",
        "where id = (select max(id) from layaway_payments)",
        "a layaway was paid what its payments say, and is PAID with its order when nothing is left to pay",
    ),
    added(
        "analytics",
        "sale_facts",
        "final_amount",
        SALE,
        "sums by hour are those of the sales",
        "sums by payment method, by user and by tax rate are those of the facts",
        "analytics counts every paid order that was not cancelled or refunded, once, less what came back",
    ),
    added(
        "analytics",
        "sale_facts",
        "discount",
        SALE,
        "sums by hour are those of the sales",
        "analytics counts every paid order that was not cancelled or refunded, once, less what came back",
    ),
    Spoilt(
        "analytics",
        f"""update sale_facts set tenders = '{{"CASH": "0.01"}}' {SALE}""",
        f"update sale_facts set tenders = null {SALE}",
        frozenset(
            {
                "analytics has tenders that add up to their sale, and none below nothing",
                TENDERS,
                "sums by payment method, by user and by tax rate are those of the facts",
            }
        ),
    ),
    added(
        "analytics",
        "line_facts",
        "quantity",
        SOLD,
        "sums by product and month are those of the lines sold",
        "sums by product and year are those of the lines sold",
        "analytics has the pieces and amounts of every product of the orders that count",
    ),
    added(
        "analytics",
        "sales_by_method",
        "highest_ticket",
        METHOD,
        "sums by payment method, by user and by tax rate are those of the facts",
    ),
    added(
        "analytics",
        "products",
        "low_stock_threshold",
        KNOWN_PRODUCT,
        "analytics describes products as catalog does",
    ),
    added("analytics", "product_stocks", "current_stock", KNOWN_PRODUCT, STOCK_OF_ANALYTICS),
    negated(
        "analytics",
        "stock_turns",
        "in_stock",
        TURN,
        "analytics knows when products ran out of stock and came back",
    ),
    Spoilt(
        "analytics",
        "insert into suppliers (supplier_id, name, deleted, sequence) values (0, 'Nadie', false, 1)",
        "delete from suppliers where supplier_id = 0",
        frozenset({"analytics knows the suppliers that catalog has"}),
    ),
    negated(
        "analytics",
        "customers",
        "is_frequent",
        "where customer_id = (select max(customer_id) from customers)",
        "analytics describes customers as their owner does",
    ),
    negated(
        "analytics",
        "users",
        "deleted",
        "where user_id = (select max(user_id) from users)",
        "analytics describes users as auth does",
    ),
)
