"""A model of what analytics has stored after some events, computed plainly and without any of its SQL."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from libs.common.contracts.auth import UserChanged, UserCreated
from libs.common.contracts.catalog import ProductChanged, StockChanged, StockLevel, SupplierChanged
from libs.common.contracts.customers import CustomerChanged
from libs.common.contracts.event import Event
from libs.common.contracts.sales import (
    InvoiceChanged,
    OrderCancelled,
    OrderPaid,
    OrderPaidAgain,
    OrderReturned,
    ReturnProcessed,
    SoldLine,
)
from libs.common.messaging.envelope import Received

FRACTIONS = {"0.16": Decimal("0.16"), "0.08": Decimal("0.08"), "0.00": Decimal(0), "EXENT": Decimal(0)}

E = TypeVar("E", bound=Event)
Item = TypeVar("Item")
Key = TypeVar("Key")
Row = tuple[object, ...]


def cents(amount: Decimal) -> Decimal:
    """The amount, rounded half up to the cent."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """The items of each key."""
    groups: dict[Key, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


@dataclass(frozen=True, slots=True)
class PlainLine:
    """What is left of a product of a sale."""

    product_id: int
    quantity: int
    amount: Decimal
    tax: Decimal
    rate: str


@dataclass(frozen=True, slots=True)
class PlainSale:
    """A sale that counts, with what is left of it, on the day and hour of the store's clock."""

    order: OrderPaid
    day: date
    hour: int
    total: Decimal
    lines: Sequence[PlainLine]
    tenders: Mapping[str, Decimal]

    @property
    def units(self) -> int:
        """The pieces."""
        return sum(line.quantity for line in self.lines)


class Plain:
    """The figures after these events, which are those heard so far, in any order and any number of times."""

    def __init__(self, heard: Iterable[Received[Event]], timezone: ZoneInfo) -> None:
        self.timezone = timezone
        self._heard = sorted(
            {event.sequence: event for event in heard}.values(), key=lambda each: each.sequence
        )
        self.sales = [_sale(order, self._returns, timezone) for order in self._counted()]
        self.products = self._newest(ProductChanged, lambda event: event.product_id)
        self.customers = self._newest(CustomerChanged, lambda event: event.customer_id)
        self.suppliers = self._newest(SupplierChanged, lambda event: event.supplier_id)
        self.users = self._newest_users()
        self.levels = sorted(
            ((level, event) for event in self._of(StockChanged) for level in event.products),
            key=lambda pair: pair[0].ledger_id,
        )

    def _of(self, model: type[E]) -> list[E]:
        return [each.event for each in self._heard if isinstance(each.event, model)]

    @property
    def _returns(self) -> Sequence[ReturnProcessed | OrderReturned]:
        return [*self._of(ReturnProcessed), *self._of(OrderReturned)]

    def _newest(self, model: type[E], key: Callable[[E], int]) -> Mapping[int, tuple[E, int]]:
        return {
            key(each.event): (each.event, each.sequence)
            for each in self._heard
            if isinstance(each.event, model)
        }

    def _newest_users(self) -> Mapping[int, tuple[UserCreated | UserChanged, int]]:
        return {
            each.event.user_id: (each.event, each.sequence)
            for each in self._heard
            if isinstance(each.event, UserCreated | UserChanged)
        }

    def _counted(self) -> Iterable[OrderPaid]:
        gone = {event.order_id for event in self._of(OrderCancelled)}
        gone |= {event.order_id for event in self._returns if event.is_everything_back}
        refunded = {
            (event.order_id, event.invoice_id)
            for event in self._of(InvoiceChanged)
            if event.status == "refunded"
        }
        paid = self._of(OrderPaid)  # these and those that were paid again
        for order_id, payments in grouped(paid, lambda order: order.order_id).items():
            last = max(payments, key=invoice_of)
            is_refunded = any(each == order_id and by >= invoice_of(last) for each, by in refunded)
            if order_id not in gone and not is_refunded:
                yield last

    def sold_between(self, start: date, end: date) -> list[PlainSale]:
        """The sales on these days, both included."""
        return [sale for sale in self.sales if start <= sale.day <= end]

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day with a sale."""
        days = sorted(sale.day for sale in self.sales)
        return (days[0], days[-1]) if days else None

    def name_of(self, product_id: int) -> str:
        """The newest name of a product, or the one on its sales."""
        return self.products[product_id][0].name if product_id in self.products else f"Product {product_id}"

    def stocks(self) -> Mapping[int, tuple[int, int]]:
        """The stock of each product, and its newest entry of the ledger; 0: as it was described."""
        described = {number: (event.current_stock, 0) for number, (event, _) in self.products.items()}
        return described | {
            level.product_id: (level.current_stock, level.ledger_id) for level, _ in self.levels
        }

    def turns(self) -> Sequence[tuple[StockLevel, date]]:
        """The entries by which stock ran out or came back, with their days."""
        return [
            (level, event.changed_at.astimezone(self.timezone).date())
            for level, event in self.levels
            if (level.current_stock > 0) is not (level.current_stock - level.change > 0)
        ]

    def tables(self) -> Mapping[str, tuple[str, Iterable[Row]]]:
        """For each table the columns and their rows."""
        return {**self._facts(), **self._sums(), **self._dimensions()}

    def _facts(self) -> Mapping[str, tuple[str, Iterable[Row]]]:
        return {
            "sale_facts": (
                "order_id, channel, customer_id, user_id, payment_method, units, final_amount, paid_at, "
                "day, hour, tenders",
                [
                    (
                        order.order_id,
                        order.channel,
                        order.customer_id,
                        order.user_id,
                        order.payment_method,
                        sale.units,
                        sale.total,
                        order.paid_at,
                        sale.day,
                        sale.hour,
                        frozenset((method, f"{amount:.2f}") for method, amount in sale.tenders.items())
                        if order.payments
                        else None,
                    )
                    for sale in self.sales
                    for order in (sale.order,)
                ],
            ),
            "line_facts": (
                "day, order_id, product_id, quantity, amount, tax_amount, tax_rate, customer_id",
                [
                    (
                        sale.day,
                        sale.order.order_id,
                        line.product_id,
                        line.quantity,
                        line.amount,
                        line.tax,
                        line.rate,
                        sale.order.customer_id,
                    )
                    for sale in self.sales
                    for line in sale.lines
                ],
            ),
        }

    def _sums(self) -> Mapping[str, tuple[str, Iterable[Row]]]:
        by_hour = grouped(self.sales, lambda sale: (sale.day, sale.hour, sale.order.channel))
        paid = [(sale.day, *tender) for sale in self.sales for tender in sale.tenders.items()]
        by_method = grouped(paid, lambda tender: tender[:2])
        at_tills = [sale for sale in self.sales if sale.order.channel == "POS"]
        by_user = grouped(at_tills, lambda sale: (sale.day, sale.order.user_id))
        lines = [(sale.day, line) for sale in self.sales for line in sale.lines]
        taxed = [(day, line) for day, line in lines if line.amount or line.tax]
        by_rate = grouped(taxed, lambda pair: (pair[0], pair[1].rate))
        by_month = grouped(lines, lambda pair: (pair[0].replace(day=1), pair[1].product_id))
        by_year = grouped(lines, lambda pair: (pair[0].replace(month=1, day=1), pair[1].product_id))
        return {
            "sales_by_hour": (
                "day, hour, channel, tickets, units, revenue, lowest_ticket, highest_ticket, discounts",
                [
                    (*key, len(sold), units_of(sold), revenue_of(sold), *extremes_of(sold), saved_of(sold))
                    for key, sold in by_hour.items()
                ],
            ),
            "sales_by_method": (
                "day, payment_method, tickets, revenue, highest_ticket",
                [
                    (*key, len(own), sum(amount for *_, amount in own), max(amount for *_, amount in own))
                    for key, own in by_method.items()
                ],
            ),
            "sales_by_user": (
                "day, user_id, tickets, units, revenue",
                [(*key, len(sold), units_of(sold), revenue_of(sold)) for key, sold in by_user.items()],
            ),
            "taxes_by_day": (
                "day, tax_rate, base, tax",
                [
                    (*key, sum(line.amount for _, line in sold), sum(line.tax for _, line in sold))
                    for key, sold in by_rate.items()
                ],
            ),
            **{
                f"products_by_{part}": (
                    f"{part}, product_id, units, revenue",
                    [
                        (*key, sum(line.quantity for _, line in sold), sum(line.amount for _, line in sold))
                        for key, sold in sums.items()
                    ],
                )
                for part, sums in (("month", by_month), ("year", by_year))
            },
        }

    def _dimensions(self) -> Mapping[str, tuple[str, Iterable[Row]]]:
        return {
            "products": (
                "product_id, name, sku, supplier_id, deleted, sequence",
                [
                    (number, event.name, event.sku, event.supplier_id, event.deleted, sequence)
                    for number, (event, sequence) in self.products.items()
                ],
            ),
            "product_stocks": (
                "product_id, current_stock, ledger_id",
                [(number, *stock) for number, stock in self.stocks().items()],
            ),
            "stock_turns": (
                "product_id, ledger_id, day, in_stock",
                [
                    (level.product_id, level.ledger_id, day, level.current_stock > 0)
                    for level, day in self.turns()
                ],
            ),
            "suppliers": (
                "supplier_id, name, deleted, sequence",
                [
                    (number, event.name, event.deleted, sequence)
                    for number, (event, sequence) in self.suppliers.items()
                ],
            ),
            "customers": (
                "customer_id, first_name, last_name, email, is_frequent, deleted, sequence",
                [
                    (
                        number,
                        event.first_name,
                        event.last_name,
                        event.email,
                        event.is_frequent,
                        event.deleted,
                        sequence,
                    )
                    for number, (event, sequence) in self.customers.items()
                ],
            ),
            "users": (
                "user_id, username, email, deleted, sequence",
                [
                    (number, event.username, event.email, is_deleted(event), sequence)
                    for number, (event, sequence) in self.users.items()
                ],
            ),
        }


def revenue_of(sold: Iterable[PlainSale]) -> Decimal:
    """What was paid for these sales, with tax."""
    return sum((sale.total for sale in sold), Decimal(0))


def units_of(sold: Iterable[PlainSale]) -> int:
    """The pieces of these sales."""
    return sum(sale.units for sale in sold)


def extremes_of(sold: Iterable[PlainSale]) -> tuple[Decimal, Decimal]:
    """The lowest and the highest of the tickets."""
    totals = [sale.total for sale in sold]
    return min(totals), max(totals)


def saved_of(sold: Iterable[PlainSale]) -> Decimal:
    """What the customers of these sales saved."""
    return sum((sale.order.money_saved_total for sale in sold), Decimal(0))


def is_deleted(user: UserCreated | UserChanged) -> bool:
    """Whether the user was deleted."""
    return isinstance(user, UserChanged) and not user.is_active


def invoice_of(order: OrderPaid) -> int:
    """The invoice that paid the order again; 0: it was paid for the first time."""
    return order.invoice_id if isinstance(order, OrderPaidAgain) else 0


def _sale(
    order: OrderPaid, returns: Sequence[ReturnProcessed | OrderReturned], timezone: ZoneInfo
) -> PlainSale:
    returned = [each for each in returns if each.order_id == order.order_id]
    back = [line for each in returned for line in each.lines]
    local = order.paid_at.astimezone(timezone)
    lines = []
    for product_id, sold in grouped(order.lines, lambda line: line.product_id).items():
        own = [line for line in back if line.product_id == product_id]
        quantity = sum(line.quantity for line in sold) - sum(line.quantity for line in own)
        amount, tax = sum(line.amount for line in sold), sum(line.tax_amount for line in sold)
        rate = sold[0].tax_rate or _closest_rate(sold[0])
        if own:
            left = amount + tax - sum(line.refund_amount for line in own)
            amount = cents(left / (1 + FRACTIONS[rate]))
            tax = left - amount
        if quantity or amount or tax or not own:
            lines.append(PlainLine(product_id, quantity, Decimal(amount), Decimal(tax), rate))
    total = order.final_amount - sum(line.refund_amount for line in back)
    tenders = _tenders(order, [each for each in returned if isinstance(each, OrderReturned)], total)
    return PlainSale(order, local.date(), local.hour, total, lines, tenders)


def _tenders(order: OrderPaid, returns: Iterable[OrderReturned], total: Decimal) -> Mapping[str, Decimal]:
    """What is left of each tender, one refund after the other."""
    if order.payments is None:
        return {order.payment_method: total}
    left = {payment.payment_method: payment.amount for payment in order.payments}
    for each in returns:
        owed = each.refund_amount
        for refund in each.refunds:
            owed -= _taken(left, [refund.payment_method], refund.amount)
        _taken(left, sorted(left), owed)
    return left


def _taken(left: dict[str, Decimal], methods: Sequence[str], amount: Decimal) -> Decimal:
    """How much of the amount these methods had, in their order."""
    taken = Decimal(0)
    for method in methods:
        own = min(left.get(method, Decimal(0)), amount - taken)
        if own:
            left[method] -= own
            taken += own
    return taken


def _closest_rate(line: SoldLine) -> str:
    best = "0.00"
    for rate in ("0.08", "0.16"):
        if abs(line.amount * FRACTIONS[rate] - line.tax_amount) < abs(
            line.amount * FRACTIONS[best] - line.tax_amount
        ):
            best = rate
    return best
