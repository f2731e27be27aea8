"""The environment variables that sales reads in addition to those of every service."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from libs.common.settings import CounterSettings, HttpUrl, Percent


class SalesSettings(CounterSettings):
    """The addresses of other services, the shop's rules, and what its tickets say about it."""

    auth_url: HttpUrl
    """The address of auth."""
    catalog_url: HttpUrl
    """The address of catalog."""
    customers_url: HttpUrl
    """The address of customers."""

    birthday_discount_percent: Percent = Decimal(10)
    """The discount on every line on the customer's birthday, unless a promotion gives more."""

    pending_order_hours: Annotated[int, Field(ge=1, le=87_600)] = 24
    """The time after which an unpaid POS order is cancelled and its stock returned."""

    invoice_series: Annotated[str, Field(min_length=1, max_length=20)] = "A"
    """The series in which invoices of web orders are numbered."""

    invoice_due_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """The days after which a new invoice is overdue, unless it says otherwise."""

    unpaid_order_grace_days: Annotated[int, Field(ge=0, le=3650)] = 7
    """The days after its invoice's due date when an unpaid web order is cancelled and its stock returned."""

    require_open_shift: bool = False
    """Whether paying, refunding and paying off credit are refused where the money belongs to no shift."""

    blind_close: bool = False
    """Whether an EMPLOYEE counts an open shift without seeing how much cash is expected."""

    return_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """The days of the store for which an EMPLOYEE takes goods of a till's order back."""

    sync_days_behind: Annotated[int, Field(ge=30, le=400)] = 30
    """The days after which a sale that is sent later counts when it arrives, as its till's clock is wrong.
    Catalog forgets a price 40 days after its end: a sale of then is compared with that of its arrival."""

    layaway_min_percent: Percent = Decimal(20)
    """The least deposit of a layaway, in percent of its total."""

    layaway_fee_percent: Percent = Decimal(0)
    """What the shop keeps of the payments for a layaway that is cancelled, in percent."""

    shop_name: str = ""
    """The shop's name on tickets. What is empty is left out there; a text may have several lines."""

    shop_address: str = ""
    """The shop's address on tickets."""

    shop_rfc: str = ""
    """The shop's tax number on tickets."""

    ticket_footer: str = ""
    """The last words of a ticket, as the shop's rules for exchanges."""
