"""Counts orders and money for the operator's metrics, each once when it is committed.

They show whether the shop sells, not what it earned: a process that dies between commit and count forgets it.
The owner's figures are those of analytics.
"""

from decimal import Decimal
from functools import cache
from typing import Literal, TypeAlias, get_args

from prometheus_client import Counter

from libs.common.contracts.sales import Channel
from services.sales.domain.orders import CancelReason

Outcome: TypeAlias = Literal["placed", "paid", "cancelled", "cancelled_paid", "expired"]

orders_total = Counter(
    "sales_orders_total",
    "Orders by what became of them: placed, paid, cancelled (by a person), cancelled_paid (the same, "
    "after it was paid: its money goes back), expired (unpaid for too long)",
    ["channel", "outcome"],
)
revenue_total = Counter(
    "sales_revenue_total", "Money of paid orders, tax included, in the shop's currency", ["channel"]
)
refunds_total = Counter(
    "sales_refunds_total", "Returns that were processed; cancelled orders are not among them", ["channel"]
)
refunded_total = Counter(
    "sales_refunded_money_total",
    "Money of processed returns, tax included, in the shop's currency",
    ["channel"],
)

# Children are kept: to find one costs more than to count.
_orders = cache(orders_total.labels)
_revenue = cache(revenue_total.labels)
# From 0 on: the rise to the first order or refund is seen only against a value before.
for _channel in get_args(Channel):
    for _each in get_args(Outcome):
        _orders(_channel, _each)
    for _counter in (revenue_total, refunds_total, refunded_total):
        _counter.labels(_channel)


def count_placed(channel: Channel) -> None:
    """An order was placed."""
    _orders(channel, "placed").inc()


def count_paid(channel: Channel, amount: Decimal) -> None:
    """An order of this amount was paid."""
    _orders(channel, "paid").inc()
    _revenue(channel).inc(float(amount))


def count_cancelled(channel: Channel, *, reason: CancelReason, was_paid: bool = False) -> None:
    """An order was cancelled."""
    _orders(channel, _outcome(reason, was_paid=was_paid)).inc()


def count_refund(channel: Channel, amount: Decimal) -> None:
    """A return was processed, of goods of this amount."""
    refunds_total.labels(channel).inc()
    refunded_total.labels(channel).inc(float(amount))


def _outcome(reason: CancelReason, *, was_paid: bool) -> Outcome:
    if was_paid:
        return "cancelled_paid"
    return "expired" if reason is CancelReason.UNPAID else "cancelled"
