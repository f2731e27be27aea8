"""The dependencies of placing orders, and the shop's settings for them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from libs.common.clock import Clock
from libs.common.db.database import Database
from services.sales.domain.invoices import InvoiceRules
from services.sales.usecases.orders.releases import Releases
from services.sales.usecases.ports import Buyers, Stock


@dataclass(frozen=True, slots=True)
class HouseRules:
    """The shop's settings: the time zone of its days, the birthday discount in percent, and its invoices."""

    timezone: ZoneInfo
    birthday_percent: Decimal
    invoices: InvoiceRules


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """The dependencies of placing. `monotonic` counts seconds; `new_folio` returns 8 upper-case hex digits.

    `clock` dates the orders. PostgreSQL's clock may be ahead of `server_clock` by less than `BEGIN_WITHIN`
    (`placing.py`).
    """

    database: Database
    stock: Stock
    buyers: Buyers
    releases: Releases
    rules: HouseRules
    clock: Clock
    server_clock: Clock
    monotonic: Callable[[], float]
    new_folio: Callable[[], str]
