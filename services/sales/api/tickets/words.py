"""The Spanish words of tickets, and how they write numbers."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from libs.common.money import to_cents
from services.sales.domain.lifecycles import PosStatus
from services.sales.domain.payments import PaymentMethod
from services.sales.domain.tenders import CardKind, Tender
from services.sales.domain.tickets import TaxSum, Ticket

EXEMPT = "EXENT"
TENDERS: Mapping[str, str] = {
    PaymentMethod.CASH: "Efectivo",
    PaymentMethod.CARD: "Tarjeta",
    PaymentMethod.POINTS: "Puntos",
    PaymentMethod.CREDIT: "Crédito",
    PaymentMethod.TRANSFER: "Transferencia",
    PaymentMethod.VOUCHER: "Vales",
    PaymentMethod.EXCHANGE: "Cambio de mercancía",
}
CARDS: Mapping[str, str] = {
    CardKind.CREDIT: "Tarjeta de crédito",
    CardKind.DEBIT: "Tarjeta de débito",
}
RATES: Mapping[str | None, str] = {
    "0.16": "IVA 16%",
    "0.08": "IVA 8%",
    "0.00": "IVA 0%",
    EXEMPT: "Exento de IVA",
    None: "IVA",
}
NOT_PAID = "NO PAGADO"
CANCELLED = "CANCELADO"


def notice(status: str) -> str | None:
    """The warning on the ticket of an order that is not paid; None for a paid one."""
    match status:
        case PosStatus.PAID:
            return None
        case PosStatus.CANCELLED:
            return CANCELLED
        case _:
            return NOT_PAID


def seller(ticket: Ticket) -> str:
    """The seller: a name, or the user's number on orders that were placed before names were kept."""
    return ticket.user_name or f"usuario {ticket.user_id}"


def tender(paid: Tender) -> str:
    """The name of a payment method, or of the kind of a card."""
    return CARDS.get(paid.card_kind or "") or TENDERS.get(paid.payment_method, paid.payment_method)


def tax(part: TaxSum) -> tuple[str, str]:
    """A tax with the amount that it is on, and its amount: `IVA 16% de $152.42`, `$24.38`."""
    name = RATES[part.tax_rate]
    if part.tax_rate == EXEMPT:
        return name, pesos(part.base)
    return f"{name} de {pesos(part.base)}", pesos(part.tax)


def pesos(amount: Decimal) -> str:
    """`$1,234.50`"""
    cents = to_cents(amount)
    return f"-${-cents:,}" if cents < 0 else f"${cents:,}"


def count(pieces: int) -> str:
    """`1,000,000`"""
    return f"{pieces:,}"


def moment(at: datetime) -> str:
    """`01/03/2026 10:20`, in the time zone of `at`."""
    return f"{at:%d/%m/%Y %H:%M}"
