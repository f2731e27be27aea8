"""Random histories of a shop, and how analytics hears of them (hypothesis).

A history is all that the owners told, in their order. A hearing is what arrives of it: in another order, some
events twice, some again under a new id, in batches of several workers.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from libs.common.contracts.auth import UserChanged, UserCreated
from libs.common.contracts.catalog import ProductChanged, StockChanged, StockLevel, SupplierChanged
from libs.common.contracts.customers import CustomerChanged
from libs.common.contracts.event import Event
from libs.common.contracts.sales import OrderPaid, OrderReturned, ReturnedLine, ReturnProcessed, SoldLine
from libs.common.messaging.envelope import Received
from libs.common.prices import TaxRate
from libs.testing.clock import START
from libs.testing.properties import st
from services.analytics.tests.builders import (
    a_cancellation,
    a_line,
    a_paid_order,
    a_payment_again,
    a_refund,
    a_return,
    a_return_at_a_till,
    paid_by,
)
from services.analytics.tests.streams import METHODS, paid_in_parts

ZONES = tuple(
    ZoneInfo(name)
    for name in ("America/Mexico_City", "America/New_York", "Europe/Madrid", "Australia/Lord_Howe")
)
"""The store's, and three that repeat and skip an hour, or half of one."""
FIRST, LAST = date(2025, 10, 1), date(2026, 2, 28)
EDGES = tuple(
    date.fromisoformat(day)
    for day in ("2025-10-26", "2025-10-31", "2025-11-01", "2025-11-02", "2025-12-31", "2026-01-01")
)
"""Ends and beginnings of months and of a year, and days on which a clock is changed."""
ORDERS_MAX, PRODUCTS, SOME_MAX = 6, (1, 2, 3), 3
NAMES = ("Jabón", "Café")
RATES: tuple[TaxRate | None, ...] = ("0.16", "0.08", "0.00", "EXENT", None)
PRICES = ("0.00", "0.01", "0.05", "12.93", "33.33", "100.00")
NEVER_PAID = 1_000
AGAIN = 10_000


@dataclass(frozen=True, slots=True)
class History:
    """What the owners told: each event's `sequence` is its place. `now` is after all of it."""

    timezone: ZoneInfo
    now: datetime
    told: Sequence[Received[Event]]


@dataclass(frozen=True, slots=True)
class Hearing:
    """What arrives of a history, in two parts that each come in batches of so many to so many workers."""

    history: History
    parts: tuple[Sequence[Received[Event]], Sequence[Received[Event]]]
    batch: int
    workers: int


days = st.sampled_from(EDGES) | st.dates(FIRST, LAST)
times = st.sampled_from([time(23, 30), time(0, 0), time(1, 45), time(2, 15)]) | st.times()


@st.composite
def moments(draw: st.DrawFn, timezone: ZoneInfo) -> datetime:
    """A moment by the store's clock; of a repeated hour the first or the second."""
    at = datetime.combine(draw(days), draw(times).replace(microsecond=0), timezone)
    return at.replace(fold=draw(st.integers(0, 1))).astimezone(UTC)


@st.composite
def sold_lines(draw: st.DrawFn) -> Sequence[SoldLine]:
    """One to four lines. A product may be on two of them, with one tax rate."""
    rates = {product: draw(st.sampled_from(RATES)) for product in PRODUCTS}
    return [
        a_line(
            product,
            quantity=draw(st.integers(1, 4)),
            unit_price=draw(st.sampled_from(PRICES)),
            tax_rate=rates[product],
        )
        for product in draw(st.lists(st.sampled_from(PRODUCTS), min_size=1, max_size=4))
    ]


@st.composite
def orders(draw: st.DrawFn, number: int, timezone: ZoneInfo) -> OrderPaid:
    """A paid order of either channel, some of a till by several tenders."""
    order = a_paid_order(
        *draw(sold_lines()),
        order_id=number,
        payment_method=draw(st.sampled_from(["CASH", "CARD", "WEB", "WEB"])),
        customer_id=draw(st.sampled_from([None, 1, 2])),
        user_id=draw(st.integers(1, 3)),
        paid_at=draw(moments(timezone)),
    )
    is_in_parts = order.channel == "POS" and draw(st.booleans())
    return paid_in_parts(order, draw(st.randoms(use_true_random=False))) if is_in_parts else order


@st.composite
def changes(draw: st.DrawFn, order: OrderPaid, timezone: ZoneInfo) -> Sequence[Event]:
    """What happens to an order later: returns of parts or all; on the web perhaps its end or a refund.

    A refunded order may be paid again, and refunded again.
    """
    told: list[Event] = [a_refund(order).model_copy(update={"status": "paid"})] if draw(st.booleans()) else []
    left = Counter[int]()
    for line in order.lines:
        left[line.product_id] += line.quantity
    for _ in range(draw(st.integers(0, 2))):
        back = dict(left)
        is_whole = draw(st.booleans())
        if back and not is_whole:
            product = draw(st.sampled_from(sorted(back)))
            back = {product: draw(st.integers(1, back[product]))}
        left -= Counter(back)
        if back:
            told.append(draw(returns(order, back, is_everything_back=not left)))
    if order.channel == "POS":
        return told
    for times in range(1, draw(st.integers(0, 2)) + 1):
        again = a_payment_again(order, paid_at=draw(moments(timezone)), times=times)
        told += [a_refund(order), again]
        order = again
    last = draw(st.sampled_from([None, None, None, a_cancellation, a_refund]))
    return [*told, last(order)] if last else told


@st.composite
def returns(
    draw: st.DrawFn, order: OrderPaid, back: Mapping[int, int], *, is_everything_back: bool
) -> ReturnProcessed | OrderReturned:
    """Pieces come back, at a till for money of any method."""
    if order.channel == "WEB":
        returned = a_return(order, back, is_everything_back=is_everything_back)
        return _line_by_line(returned) if draw(st.booleans()) else returned
    whole = a_return_at_a_till(order, back, is_everything_back=is_everything_back)
    refunds = {draw(st.sampled_from([*METHODS, "EXCHANGE"])): str(whole.refund_amount)}
    return whole.model_copy(update={"refunds": paid_by(refunds)})


@st.composite
def ledgers(draw: st.DrawFn, timezone: ZoneInfo) -> Sequence[StockChanged]:
    """Entries of the stock's ledger in their order, each of one product or of all."""
    stock = dict.fromkeys(PRODUCTS, 0)
    told, ledger_id = [], 0
    for changed_at in sorted(draw(st.lists(moments(timezone), min_size=1, max_size=5))):
        levels = []
        for product in draw(st.sampled_from([*((product,) for product in PRODUCTS), PRODUCTS])):
            now = draw(st.sampled_from([0, 0, 1, 12]))
            ledger_id += 1
            levels.append(
                StockLevel(
                    product_id=product, change=now - stock[product], current_stock=now, ledger_id=ledger_id
                )
            )
            stock[product] = now
        told.append(
            StockChanged(reason="SALE", reference="order/1", products=tuple(levels), changed_at=changed_at)
        )
    return told


names = st.sampled_from(NAMES)
ids = st.integers(1, 2)
products = st.builds(
    ProductChanged,
    product_id=st.integers(1, len(PRODUCTS) + 1),
    name=names,
    description=st.just(""),
    sku=st.sampled_from(["A-1", "A-2", "a-2"]),
    price=st.sampled_from([Decimal("10.0000"), Decimal("0.3333")]),
    final_price=st.sampled_from([Decimal("11.60"), Decimal("0.39")]),
    tax_rate=st.just("0.16"),
    cost=st.sampled_from([None, Decimal("6.1250"), Decimal("0.0000")]),
    current_stock=st.integers(0, 12),
    low_stock_threshold=st.sampled_from([0, 5, 12]),
    supplier_id=st.none() | ids,
    deleted=st.booleans(),
)
suppliers = st.builds(SupplierChanged, supplier_id=ids, name=names, deleted=st.booleans())
customers = st.builds(
    CustomerChanged,
    customer_id=ids,
    first_name=names,
    last_name=st.just("López"),
    email=st.none(),
    phone_number=st.just("5551234567"),
    is_frequent=st.booleans(),
    deleted=st.booleans(),
)
roles = st.just(("employee",))
users = st.builds(
    UserChanged,
    user_id=ids,
    username=names,
    email=st.just("a@example.com"),
    roles=roles,
    is_active=st.booleans(),
    changed_at=st.just(START),
) | st.builds(
    UserCreated,
    user_id=ids,
    username=names,
    email=st.just("a@example.com"),
    roles=roles,
    created_at=st.just(START),
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """What a shop told in five months."""
    timezone = draw(st.sampled_from(ZONES))
    told: list[Event] = []
    for number in range(1, draw(st.integers(2, ORDERS_MAX)) + 1):
        order = draw(orders(number, timezone))
        told += [order, *draw(changes(order, timezone))]
    if draw(st.booleans()):
        told.append(a_cancellation(a_paid_order(order_id=NEVER_PAID, payment_method="WEB")))
    told += draw(ledgers(timezone))
    for described in (products, suppliers, customers, users):
        told += draw(st.lists(described, min_size=1, max_size=SOME_MAX))
    now = datetime.combine(LAST, time(22, 30), timezone) + draw(st.sampled_from([0, 1, 30])) * timedelta(
        days=1
    )
    return History(timezone, now, [_received(event, place) for place, event in enumerate(told, 1)])


@st.composite
def hearings(draw: st.DrawFn) -> Hearing:
    """A history as it arrives: all of it, and some of it more than once."""
    history = draw(histories())
    told = history.told
    some = st.lists(st.sampled_from(told), max_size=4)
    told_again = [replace(event, id=UUID(int=AGAIN + place)) for place, event in enumerate(draw(some))]
    arriving = draw(st.permutations([*told, *draw(some), *told_again]))
    cut = draw(st.integers(0, len(arriving)))
    return Hearing(
        history, (arriving[:cut], arriving[cut:]), draw(st.integers(1, 8)), draw(st.integers(1, 3))
    )


def _line_by_line(returned: ReturnProcessed) -> ReturnProcessed:
    """The same return with two lines for what is more than one piece."""
    lines: list[ReturnedLine] = []
    for line in returned.lines:
        if line.quantity > 1:
            lines.append(line.model_copy(update={"quantity": 1, "refund_amount": Decimal("0.00")}))
            lines.append(line.model_copy(update={"quantity": line.quantity - 1}))
        else:
            lines.append(line)
    return returned.model_copy(update={"lines": tuple(lines)})


def _received(event: Event, place: int) -> Received[Event]:
    return Received(event=event, id=UUID(int=place), subject="thing/1", sequence=place, time=START)
