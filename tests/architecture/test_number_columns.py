"""Every number column of every service holds the largest value that can reach it."""

from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Numeric, SmallInteger

from libs.common.points import points_for
from libs.services import SERVICES
from services.catalog.domain.products import STOCK_COUNT_MAX
from services.customers.domain.points import POINTS_MOVED_MAX
from services.sales.domain.carts import CART_LINE_QUANTITY_MAX
from services.sales.domain.orders import ITEM_QUANTITY_MAX, ORDER_ITEMS_MAX, ORDER_TOTAL_MAX
from services.sales.domain.payments import points_to_pay
from services.sales.domain.synced import SEQ_MAX

SECONDS_OF_30_YEARS = 30 * 366 * 24 * 3600
SECONDS_OF_A_MONTH = 31 * 24 * 3600
ORDERS_A_SECOND = 1_000  # of the whole shop; ten times what the suite is measured at
CUSTOMERS_ORDERS_A_SECOND = 1

PRICE_MAX = Decimal("9999999999.99")  # what a money field of a body takes
SHELF_PRICE_MAX = PRICE_MAX * Decimal("1.16")
PIECES_MAX = ORDER_ITEMS_MAX * ITEM_QUANTITY_MAX  # one product in every line of an order
SALES_OF_A_MONTH = SECONDS_OF_A_MONTH * ORDERS_A_SECOND
CASH_OF_A_MONTH = PRICE_MAX * SALES_OF_A_MONTH
SALES_EVER = SECONDS_OF_30_YEARS * ORDERS_A_SECOND
# A count, and every order of a product that is open and gets cancelled: a day's, as open orders expire.
STOCK_MAX = STOCK_COUNT_MAX + 24 * 3600 * ORDERS_A_SECOND * ORDER_ITEMS_MAX
CREDIT_MAX = PRICE_MAX

# An id counts up from 1. 32 bits hold one a second for 68 years: people, products and what staff enters.
# What customers, tills and the system itself bring forth has 64 bits.
NEW_BY_HAND = 2**31 - 1
NEW_BY_ITSELF = 2**63 - 1
BY_HAND = {"catalog.suppliers.id", "catalog.products.id", "catalog.promotions.id"}
REFERS_BY_HAND = {"supplier_id", "product_id", "user_id"}

LARGEST: dict[str, int | Decimal] = {
    "auth.users.session_epoch": SECONDS_OF_30_YEARS,  # a user revoked every second
    "auth.idempotency_keys.status": 599,
    "auth.idempotency_keys.attempt": 24 * 3600 * 1_000,  # a repeat every millisecond while the key lives
    "catalog.products.price": PRICE_MAX,
    "catalog.products.cost": PRICE_MAX,
    "catalog.products.current_stock": STOCK_MAX,
    "catalog.products.reserved_quantity": STOCK_MAX,
    "catalog.products.holds_changed_in": 2**63 - 1,  # an id of a transaction
    "catalog.holds.quantity": STOCK_MAX,
    "catalog.used_holds.quantity": STOCK_MAX,
    "catalog.idempotency_keys.status": 599,
    "catalog.idempotency_keys.attempt": 24 * 3600 * 1_000,  # a repeat every millisecond while the key lives
    "catalog.products.low_stock_threshold": 2**31 - 1,  # the field's own bound
    "catalog.products.weight": Decimal("9999999.999"),  # the field's own bound
    "catalog.promotions.discount_percent": Decimal("100.00"),
    "catalog.told_discounts.discount_percent": Decimal("100.00"),
    "catalog.product_prices.price": PRICE_MAX,
    "catalog.shortfalls.quantity": STOCK_MAX,
    "catalog.stock_ledger.change": STOCK_MAX,
    "catalog.stock_ledger.balance": STOCK_MAX,
    "catalog.allocation_lines.line": ORDER_ITEMS_MAX,
    "catalog.allocation_lines.quantity": STOCK_MAX,
    "catalog.allocation_lines.kept": STOCK_MAX,
    "catalog.allocation_lines.short": STOCK_MAX,
    "catalog.allocation_lines.counted": STOCK_MAX,
    "catalog.allocation_lines.price": PRICE_MAX,
    "catalog.allocation_lines.discount_percent": Decimal("100.00"),
    "sales.idempotency_keys.status": 599,
    "sales.idempotency_keys.attempt": 24 * 3600 * 1_000,  # a repeat every millisecond while the key lives
    "sales.orders.paid_again_by": NEW_BY_ITSELF,  # an invoice
    "sales.orders.subtotal": ORDER_TOTAL_MAX,
    "sales.orders.total_tax": ORDER_TOTAL_MAX,
    "sales.orders.final_amount": ORDER_TOTAL_MAX,
    "sales.orders.money_saved_total": PRICE_MAX * PIECES_MAX,  # everything given away
    "sales.orders.cash_received": PRICE_MAX,
    "sales.orders.refunded_amount": ORDER_TOTAL_MAX,
    "sales.orders.approved_by": NEW_BY_HAND,
    "sales.orders.reviewed_by": NEW_BY_HAND,
    "sales.orders.seq": SALES_EVER,
    "sales.order_lines.line": ORDER_ITEMS_MAX,
    "sales.order_lines.discount_percent": 100,
    "sales.order_lines.quantity": PIECES_MAX,
    "sales.order_lines.unit_price": PRICE_MAX,
    "sales.order_lines.tax_amount": ORDER_TOTAL_MAX,
    "sales.order_lines.discount_amount": PRICE_MAX * PIECES_MAX,
    "sales.order_lines.amount": ORDER_TOTAL_MAX,
    "sales.registers.last_z_number": SECONDS_OF_30_YEARS,
    "sales.registers.left_in_drawer": PRICE_MAX,
    "sales.shifts.last_seq": SEQ_MAX,
    "sales.synced_sales.seq": SEQ_MAX,
    "sales.synced_sales.received_from": NEW_BY_HAND,
    "sales.synced_sales.dismissed_by": NEW_BY_HAND,
    "sales.synced_sales.mendings": SECONDS_OF_30_YEARS,  # a retry every second
    "sales.register_numbers.last_seq": SEQ_MAX,
    "sales.register_numbers.unsent": 1_000_000,  # the field's own bound
    "sales.till_returns.paid_out": ORDER_TOTAL_MAX,
    "sales.till_returns.paid_out_by": NEW_BY_HAND,
    "sales.shifts.opened_by": NEW_BY_HAND,
    "sales.shifts.closed_by": NEW_BY_HAND,
    "sales.shifts.approved_by": NEW_BY_HAND,
    "sales.shifts.opening_cash": PRICE_MAX,
    "sales.shifts.expected_opening": PRICE_MAX,
    "sales.shifts.sales_count": SALES_OF_A_MONTH,
    "sales.shifts.discounts": PRICE_MAX * PIECES_MAX * SALES_OF_A_MONTH,
    "sales.shifts.net": ORDER_TOTAL_MAX * SALES_OF_A_MONTH,
    "sales.shifts.tax": ORDER_TOTAL_MAX * SALES_OF_A_MONTH,
    "sales.shifts.refunds_count": SALES_OF_A_MONTH,
    "sales.shifts.refunds_amount": ORDER_TOTAL_MAX * SALES_OF_A_MONTH,
    "sales.shifts.cancelled": SALES_OF_A_MONTH,
    "sales.shifts.expected_cash": CASH_OF_A_MONTH,
    "sales.shifts.paid_in": CASH_OF_A_MONTH,
    "sales.shifts.paid_out": CASH_OF_A_MONTH,
    "sales.shifts.dropped": CASH_OF_A_MONTH,
    "sales.shifts.layaway_received": CASH_OF_A_MONTH,
    "sales.shifts.layaway_returned": CASH_OF_A_MONTH,
    "sales.shifts.layaway_applied": CASH_OF_A_MONTH,
    "sales.shifts.late_cash": CASH_OF_A_MONTH,
    "sales.shifts.counted_cash": PRICE_MAX,
    "sales.shifts.left_in_drawer": PRICE_MAX,
    "sales.shifts.z_number": SECONDS_OF_30_YEARS,
    "sales.shifts.open_orders": 24 * 3600 * ORDERS_A_SECOND,  # an open order expires after a day
    "sales.shift_tenders.count": SALES_OF_A_MONTH,
    "sales.shift_tenders.amount": CASH_OF_A_MONTH,
    "sales.shift_tenders.refunded": CASH_OF_A_MONTH,
    "sales.shift_tenders.credit_payments": CASH_OF_A_MONTH,
    "sales.shift_tenders.counted": PRICE_MAX,
    "sales.shift_taxes.base": ORDER_TOTAL_MAX * SALES_OF_A_MONTH,
    "sales.shift_taxes.tax": ORDER_TOTAL_MAX * SALES_OF_A_MONTH,
    "sales.shift_movements.amount": PRICE_MAX,
    "sales.shift_close_attempts.counted_cash": PRICE_MAX,
    "sales.shift_close_attempts.difference": CASH_OF_A_MONTH,
    "sales.shift_close_attempts.unsent": 2**31 - 1,  # the field's own bound
    "sales.shift_late.amount": PRICE_MAX,
    "sales.layaways.total": ORDER_TOTAL_MAX,
    "sales.layaways.paid": ORDER_TOTAL_MAX,
    "sales.layaways.cancelled_by": NEW_BY_HAND,
    "sales.layaway_payments.amount": ORDER_TOTAL_MAX,
    "sales.layaway_payments.cash_received": PRICE_MAX,
    "sales.payment_attempts.number": 24 * 3600 * 1_000,  # one every millisecond until the order is cancelled
    "sales.payment_attempts.points": points_to_pay(ORDER_TOTAL_MAX),
    "sales.payment_attempts.credit": ORDER_TOTAL_MAX,
    "sales.payment_attempts.cash_received": PRICE_MAX,
    "sales.carts.version": SECONDS_OF_30_YEARS * 1_000,  # a change every millisecond
    "sales.cart_lines.quantity": CART_LINE_QUANTITY_MAX,
    "sales.cart_lines.seen_price": SHELF_PRICE_MAX,
    "sales.invoice_series.last_number": SALES_EVER,
    "sales.invoices.number": SALES_EVER,
    "sales.invoices.amount": ORDER_TOTAL_MAX,
    "sales.returns.total_refund": ORDER_TOTAL_MAX,
    "sales.return_lines.line": ORDER_ITEMS_MAX,
    "sales.return_lines.quantity": PIECES_MAX,
    "sales.return_lines.unit_price": SHELF_PRICE_MAX,
    "sales.return_lines.refund_amount": ORDER_TOTAL_MAX,
    "sales.till_returns.refund_amount": ORDER_TOTAL_MAX,
    "sales.till_returns.points_returned": points_to_pay(ORDER_TOTAL_MAX),
    "sales.till_returns.exchange_left": ORDER_TOTAL_MAX,
    "sales.till_returns.approved_by": NEW_BY_HAND,
    "sales.till_returns.kept_amount": ORDER_TOTAL_MAX,
    "sales.till_returns.points_taken_back": points_to_pay(ORDER_TOTAL_MAX),
    "sales.till_return_lines.line": ORDER_ITEMS_MAX,
    "sales.till_return_lines.quantity": PIECES_MAX,
    "sales.till_return_lines.unit_price": SHELF_PRICE_MAX,
    "customers.customers.current_points": POINTS_MOVED_MAX * SECONDS_OF_30_YEARS * CUSTOMERS_ORDERS_A_SECOND,
    "customers.idempotency_keys.status": 599,
    "customers.idempotency_keys.attempt": 24 * 3600 * 1_000,  # a repeat every millisecond while the key lives
    "customers.customers.credit_limit": CREDIT_MAX,
    "customers.customers.credit_used": CREDIT_MAX,
    "customers.customers.points_owed": points_for(ORDER_TOTAL_MAX)
    * SECONDS_OF_30_YEARS
    * CUSTOMERS_ORDERS_A_SECOND,
    "customers.points_owed_ledger.amount": points_for(ORDER_TOTAL_MAX),
    "customers.returned_orders.kept_points": points_for(ORDER_TOTAL_MAX),
    "customers.returned_orders.taken_back": points_for(ORDER_TOTAL_MAX),
    "customers.points_ledger.amount": max(POINTS_MOVED_MAX, points_for(ORDER_TOTAL_MAX)),
    "customers.credit_ledger.amount": CREDIT_MAX,
    "customers.charges.points": POINTS_MOVED_MAX,
    "customers.charges.credit": CREDIT_MAX,
    "customers.charges.refunded_points": POINTS_MOVED_MAX,
    "customers.charges.refunded_credit": CREDIT_MAX,
    "customers.charge_refunds.points": POINTS_MOVED_MAX,
    "customers.charge_refunds.credit": CREDIT_MAX,
    "analytics.sale_facts.units": ORDER_ITEMS_MAX * PIECES_MAX,
    "analytics.sale_facts.final_amount": ORDER_TOTAL_MAX,
    "analytics.sale_facts.discount": ORDER_TOTAL_MAX,
    "analytics.sale_facts.hour": 23,
    "analytics.line_facts.quantity": PIECES_MAX,
    "analytics.line_facts.amount": ORDER_TOTAL_MAX,
    "analytics.line_facts.tax_amount": ORDER_TOTAL_MAX,
    "analytics.voided_sales.paid_again_by": NEW_BY_ITSELF,  # an invoice
    "analytics.return_facts.quantity": ITEM_QUANTITY_MAX,
    "analytics.return_facts.refund_amount": ORDER_TOTAL_MAX,
    "analytics.refund_facts.amount": ORDER_TOTAL_MAX,
    "analytics.sales_by_hour.hour": 23,
    "analytics.sales_by_hour.tickets": 3600 * ORDERS_A_SECOND,
    "analytics.sales_by_hour.units": 3600 * ORDERS_A_SECOND * PIECES_MAX,
    "analytics.sales_by_hour.revenue": ORDER_TOTAL_MAX * SALES_EVER,
    "analytics.sales_by_hour.lowest_ticket": ORDER_TOTAL_MAX,
    "analytics.sales_by_hour.highest_ticket": ORDER_TOTAL_MAX,
    "analytics.sales_by_hour.discounts": ORDER_TOTAL_MAX * SALES_EVER,
    "analytics.sales_by_method.tickets": SALES_OF_A_MONTH,
    "analytics.sales_by_method.revenue": ORDER_TOTAL_MAX * SALES_EVER,
    "analytics.sales_by_method.highest_ticket": ORDER_TOTAL_MAX,
    "analytics.sales_by_user.tickets": SALES_OF_A_MONTH,
    "analytics.sales_by_user.units": SALES_OF_A_MONTH * PIECES_MAX,
    "analytics.sales_by_user.revenue": ORDER_TOTAL_MAX * SALES_EVER,
    "analytics.taxes_by_day.base": ORDER_TOTAL_MAX * SALES_EVER,
    "analytics.taxes_by_day.tax": ORDER_TOTAL_MAX * SALES_EVER,
    "analytics.products_by_month.units": SALES_OF_A_MONTH * PIECES_MAX,
    "analytics.products_by_month.revenue": ORDER_TOTAL_MAX * SALES_EVER,
    "analytics.products_by_year.units": SALES_OF_A_MONTH * 12 // 10 * PIECES_MAX,  # at the rate measured
    "analytics.products_by_year.revenue": ORDER_TOTAL_MAX * SALES_EVER,
    "analytics.products.price": PRICE_MAX,
    "analytics.products.final_price": SHELF_PRICE_MAX,
    "analytics.products.cost": PRICE_MAX,
    "analytics.products.low_stock_threshold": 2**31 - 1,
    "analytics.product_stocks.current_stock": STOCK_MAX,
    "analytics.product_stocks.low_stock_threshold": 2**31 - 1,
    "analytics.product_stocks.unit_cost": PRICE_MAX,
    "analytics.product_stocks.final_price": SHELF_PRICE_MAX,
}


@cache
def number_columns() -> dict[str, Column[Any]]:
    return {
        f"{service}.{table.name}.{column.name}": column
        for service in SERVICES
        for table in import_module(f"services.{service}.tables").Table.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Integer | Numeric)
    }


def is_id(name: str) -> bool:
    return name.endswith((".id", "_id", ".sequence"))


def largest(name: str) -> int | Decimal:
    if not is_id(name):
        return LARGEST[name]
    entered = name in BY_HAND or (name.startswith("catalog.") and name.rpartition(".")[2] in REFERS_BY_HAND)
    return NEW_BY_HAND if entered else NEW_BY_ITSELF


def capacity(column: Column[Any]) -> int | Decimal:
    match column.type:
        case SmallInteger():
            return 2**15 - 1
        case BigInteger():
            return 2**63 - 1
        case Integer():
            return 2**31 - 1
        case Numeric(precision=int(precision), scale=int(scale)):
            return (Decimal(10) ** precision - 1).scaleb(-scale)
        case unbounded:
            raise AssertionError(f"{unbounded!r} says no precision")


def test_every_number_column_has_its_largest_value() -> None:
    assert {name for name in number_columns() if not is_id(name)} == set(LARGEST)


def test_a_column_holds_the_largest_value_that_can_reach_it() -> None:
    assert [name for name, column in number_columns().items() if largest(name) > capacity(column)] == []
