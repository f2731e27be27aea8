"""The content of a ticket: what the buyer takes home about an order (contract §4).

Nothing here is computed anew: a ticket shows the amounts of the order. Texts are cleaned of all that would
control a printer instead of being printed.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from libs.common.money import ZERO
from libs.common.prices import TaxRate
from services.sales.domain.pricing import Line
from services.sales.domain.tenders import Tender

RATES: tuple[TaxRate | None, ...] = ("0.16", "0.08", "0.00", "EXENT", None)
INVISIBLE = frozenset({"Cf", "Cs"})
CONTROLLING = frozenset({"Cc", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Shop:
    """The head and the foot of every ticket. Each text may be empty, and may have several lines."""

    name: str
    address: str
    rfc: str
    footer: str

    @classmethod
    def of(cls, *, name: str, address: str, rfc: str, footer: str) -> "Shop":
        """The shop with texts of anybody's making: all their lines are `printable`."""
        return cls(*("\n".join(map(printable, text.splitlines())) for text in (name, address, rfc, footer)))


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A product as sold. `unit_total` is the shelf price paid for a piece, `total` that of all pieces."""

    product_id: int
    product_name: str
    quantity: int
    unit_total: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class TaxSum:
    """The sums of the lines of one rate; None: of lines whose rate was not recorded."""

    tax_rate: TaxRate | None
    base: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class PointsBalance:
    """A customer's points. `has_order`: what the order has earned is booked and in them.

    The next points that are earned settle those that are `owed` first (contract §8.3).
    """

    points: int
    has_order: bool
    owed: int = 0

    def after(self, earned: int) -> int:
        """The balance with the points that the order has earned."""
        return self.points if self.has_order else self.points + max(earned - self.owed, 0)


@dataclass(frozen=True, slots=True)
class TicketPoints:
    """The points that the order has earned, and the customer's balance with them; None: not known now."""

    earned: int
    balance: int | None


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order as its ticket shows it.

    `status` is the one that tills see. `at` is the moment of the payment or, before it, of the order, with
    the store's time zone. `ticket_number` is the consecutive one, None unless a till has numbered the sale
    (contract §8.6). `invoice_code` is None until it is paid, `change` if it is not known what was
    handed over, `points` unless the order is paid and has a customer.
    """

    order_id: int
    ticket_number: str | None
    ticket_folio: str
    invoice_code: str | None
    status: str
    at: datetime
    user_id: int
    user_name: str | None
    customer_id: int | None
    customer_name: str | None
    lines: tuple[TicketLine, ...]
    final_amount: Decimal
    money_saved_total: Decimal
    taxes: tuple[TaxSum, ...]
    tenders: tuple[Tender, ...]
    change: Decimal | None
    points: TicketPoints | None
    shop: Shop


def ticket_line(line: Line) -> TicketLine:
    """The line as the ticket shows it."""
    return TicketLine(
        product_id=line.product_id,
        product_name=printable(line.product_name),
        quantity=line.quantity,
        unit_total=line.unit_total,
        total=line.total,
    )


def sum_taxes(lines: Iterable[Line]) -> tuple[TaxSum, ...]:
    """Base and tax of each rate that the lines have, the highest first."""
    lines = tuple(lines)
    return tuple(
        TaxSum(
            rate,
            base=sum((line.amount for line in lines if line.tax_rate == rate), ZERO),
            tax=sum((line.tax_amount for line in lines if line.tax_rate == rate), ZERO),
        )
        for rate in RATES
        if any(line.tax_rate == rate for line in lines)
    )


def printable(text: str) -> str:
    """The text in one line, of visible characters and blanks only, with accents joined to their letters.

    A printer would obey control characters, and a reader would be misled by marks that turn the direction of
    what follows.
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(map(_shown, composed)).split())


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in INVISIBLE:
        return ""
    return " " if category in CONTROLLING else character
