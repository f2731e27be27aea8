"""Events as their services publish them; a test gives only the fields it needs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, Decimal
from itertools import count
from typing import Protocol, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from libs.common.contracts.auth import UserChanged
from libs.common.contracts.catalog import ProductChanged, StockChanged, StockLevel, SupplierChanged
from libs.common.contracts.customers import CustomerChanged
from libs.common.contracts.event import Event
from libs.common.contracts.sales import (
    InvoiceChanged,
    OrderCancelled,
    OrderPaid,
    OrderPaidAgain,
    OrderReturned,
    PaidBy,
    ReturnedLine,
    ReturnProcessed,
    SoldLine,
)
from libs.common.money import to_cents
from libs.common.prices import TAX_FRACTIONS, TaxRate
from services.analytics.domain.periods import Period

E = TypeVar("E", bound=Event)

order_ids = count(1)
return_ids = count(1)
STORE = ZoneInfo("America/Mexico_City")
INVOICES_APART = 100_000
OCTOBER = {"start_date": "2023-10-01", "end_date": "2023-10-31"}
"""The month of the documents' examples."""
A_MOMENT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


class Consume(Protocol):
    """Makes the service consume events as one batch; their sequences rise unless given."""

    async def __call__(self, *events: Event, sequence: int | Sequence[int] | None = None) -> None: ...


def at(day: str, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of the store's clock (UTC-6)."""
    return datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:00-06:00").astimezone(UTC)


def october(day: int, hour: int = 12) -> datetime:
    """Half past an hour of the store's clock in October 2023."""
    return at(f"2023-10-{day:02}", hour, 30)


def a_period(start: str, end: str) -> Period:
    """The days between, both included."""
    return Period(date.fromisoformat(start), date.fromisoformat(end))


def a_line(
    product_id: int = 1,
    *,
    quantity: int = 1,
    unit_price: str = "100.00",
    product_name: str | None = None,
    tax_rate: TaxRate | None = None,
) -> SoldLine:
    """A line without discount, at 16 % tax, which it tells only if given."""
    amount = Decimal(unit_price) * quantity
    fraction = TAX_FRACTIONS[tax_rate or "0.16"]
    return SoldLine(
        product_id=product_id,
        product_name=product_name or f"Product {product_id}",
        quantity=quantity,
        unit_price=Decimal(unit_price),
        amount=amount,
        tax_amount=to_cents(amount * (1 + fraction)) - amount,
        discount_amount=Decimal("0.00"),
        tax_rate=tax_rate,
    )


def a_paid_order(
    *lines: SoldLine,
    order_id: int | None = None,
    payment_method: str = "CASH",
    payments: Mapping[str, str] | None = None,
    paid_at: datetime = A_MOMENT,
    customer_id: int | None = None,
    user_id: int = 1,
    saved: str = "0.00",
) -> OrderPaid:
    """A paid order of these lines (default: one piece of product 1), by one method or by several payments."""
    sold = lines or (a_line(),)
    subtotal = sum((line.amount for line in sold), Decimal(0))
    total_tax = sum((line.tax_amount for line in sold), Decimal(0))
    number = order_id if order_id is not None else next(order_ids)
    return OrderPaid(
        order_uuid=UUID(int=number),
        order_id=number,
        ticket_folio=f"{number:08X}",
        channel="WEB" if payment_method == "WEB" else "POS",
        customer_id=customer_id,
        user_id=user_id,
        payment_method=payment_method if payments is None else "MIXED",
        subtotal=subtotal,
        total_tax=total_tax,
        final_amount=subtotal + total_tax,
        money_saved_total=Decimal(saved),
        lines=sold,
        payments=None if payments is None else paid_by(payments),
        paid_at=paid_at,
    )


def paid_by(payments: Mapping[str, str]) -> tuple[PaidBy, ...]:
    """Amounts by payment method."""
    return tuple(PaidBy(payment_method=method, amount=Decimal(each)) for method, each in payments.items())


def a_cancellation(order: OrderPaid) -> OrderCancelled:
    """The whole order was cancelled."""
    return OrderCancelled(
        order_uuid=order.order_uuid,
        order_id=order.order_id,
        channel=order.channel,
        reason="user",
        put_back=(),
        cancelled_at=order.paid_at,
    )


def a_refund(order: OrderPaid) -> InvoiceChanged:
    """The invoice that paid the order was refunded: the first, or the one that paid it again."""
    return InvoiceChanged(
        invoice_id=order.invoice_id if isinstance(order, OrderPaidAgain) else order.order_id,
        invoice_series="A",
        invoice_number=order.order_id,
        order_uuid=order.order_uuid,
        order_id=order.order_id,
        user_id=order.user_id,
        amount=order.final_amount,
        status="refunded",
        due_date=order.paid_at,
        paid_at=order.paid_at,
        refunded_at=order.paid_at,
        changed_at=order.paid_at,
    )


def a_payment_again(order: OrderPaid, *, paid_at: datetime, times: int = 1) -> OrderPaidAgain:
    """The order was paid by another invoice after a refund; the `times` tell which of them is later."""
    invoice_id = order.order_id + times * INVOICES_APART
    return OrderPaidAgain(**order.model_dump() | {"paid_at": paid_at, "invoice_id": invoice_id})


def a_return(
    order: OrderPaid,
    pieces: Mapping[int, int],
    *,
    is_everything_back: bool = False,
    processed_at: datetime | None = None,
) -> ReturnProcessed:
    """Pieces of products of the order came back, refunded at what was paid for each, rounded to the cent.

    By default in the moment of the sale.
    """
    number = next(return_ids)
    lines = _returned_lines(order, pieces)
    return ReturnProcessed(
        return_uuid=UUID(int=number),
        return_id=number,
        order_uuid=order.order_uuid,
        order_id=order.order_id,
        channel=order.channel,
        user_id=order.user_id,
        lines=lines,
        refund_amount=sum((line.refund_amount for line in lines), Decimal(0)),
        is_everything_back=is_everything_back,
        processed_at=processed_at or order.paid_at,
    )


def a_return_at_a_till(
    order: OrderPaid,
    pieces: Mapping[int, int],
    refunds: Mapping[str, str] | None = None,
    *,
    is_everything_back: bool = False,
    returned_at: datetime | None = None,
) -> OrderReturned:
    """Pieces of the order came back at a till; their money was given back so (default: all by its method).

    By default in the moment of the sale.
    """
    number = next(return_ids)
    lines = _returned_lines(order, pieces)
    refund_amount = sum((line.refund_amount for line in lines), Decimal(0))
    return OrderReturned(
        return_uuid=UUID(int=number),
        return_id=number,
        order_uuid=order.order_uuid,
        order_id=order.order_id,
        channel=order.channel,
        customer_id=order.customer_id,
        user_id=9,
        lines=lines,
        refund_amount=refund_amount,
        refunds=paid_by({order.payment_method: str(refund_amount)} if refunds is None else refunds),
        points_returned=0,
        kept_amount=order.final_amount - refund_amount,
        is_everything_back=is_everything_back,
        sold_at=order.paid_at,
        returned_at=returned_at or order.paid_at,
    )


def _returned_lines(order: OrderPaid, pieces: Mapping[int, int]) -> tuple[ReturnedLine, ...]:
    names = {line.product_id: line.product_name for line in order.lines}
    return tuple(
        ReturnedLine(
            product_id=product_id,
            product_name=names[product_id],
            quantity=quantity,
            refund_amount=_paid_for(order, product_id, quantity),
            disposition="restock",
        )
        for product_id, quantity in pieces.items()
    )


def _paid_for(order: OrderPaid, product_id: int, quantity: int) -> Decimal:
    sold = [line for line in order.lines if line.product_id == product_id]
    paid = sum((line.amount + line.tax_amount for line in sold), Decimal(0))
    share = paid * quantity / sum(line.quantity for line in sold)
    return share.quantize(Decimal("0.01"), ROUND_DOWN)


def a_product(
    product_id: int = 1,
    *,
    name: str = "Laptop",
    sku: str | None = None,
    current_stock: int = 10,
    low_stock_threshold: int = 10,
    price: str = "100.00",
    final_price: str = "116.00",
    cost: str | None = "60.00",
    supplier_id: int | None = None,
    deleted: bool = False,
) -> ProductChanged:
    """A product as catalog publishes it."""
    return ProductChanged(
        product_id=product_id,
        name=name,
        description=name,
        sku=sku or f"SKU-{product_id}",
        price=Decimal(price),
        final_price=Decimal(final_price),
        tax_rate="0.16",
        cost=None if cost is None else Decimal(cost),
        current_stock=current_stock,
        low_stock_threshold=low_stock_threshold,
        supplier_id=supplier_id,
        deleted=deleted,
    )


def a_supplier(supplier_id: int = 1, *, name: str = "Abarrotes", deleted: bool = False) -> SupplierChanged:
    """A supplier as catalog publishes it."""
    return SupplierChanged(supplier_id=supplier_id, name=name, deleted=deleted)


def a_stock(
    product_id: int = 1,
    *,
    current_stock: int,
    ledger_id: int,
    change: int = -1,
    changed_at: datetime = A_MOMENT,
) -> StockChanged:
    """The stock of one product after a ledger entry."""
    level = StockLevel(product_id=product_id, change=change, current_stock=current_stock, ledger_id=ledger_id)
    return StockChanged(reason="SALE", reference="order/1", products=(level,), changed_at=changed_at)


def a_customer(
    customer_id: int = 1,
    *,
    first_name: str = "Ana",
    last_name: str = "López",
    email: str | None = "ana@example.com",
    deleted: bool = False,
) -> CustomerChanged:
    """A customer as customers publishes them."""
    return CustomerChanged(
        customer_id=customer_id,
        first_name=first_name,
        last_name=last_name,
        email=email,
        phone_number="5551234567",
        is_frequent=False,
        deleted=deleted,
    )


def a_user(user_id: int, *, username: str = "ana", is_active: bool = True) -> UserChanged:
    """A user as auth publishes them."""
    return UserChanged(
        user_id=user_id,
        username=username,
        email=f"{username}@example.com",
        roles=("employee",),
        is_active=is_active,
        changed_at=A_MOMENT,
    )
