"""The figures of a shift's report: what the event of its close tells (contract §8.1)."""

from libs.common.contracts.event import Amount, Instant, Payload


class TaxTotals(Payload):
    """The base and the tax of one rate; `tax_rate` is null where it was not recorded."""

    tax_rate: str | None
    base: Amount
    tax: Amount


class SalesTotals(Payload):
    """Paid orders, before tax but for `tax`: `net` is `gross` less `discounts`."""

    count: int
    gross: Amount
    discounts: Amount
    net: Amount
    tax: Amount


class RefundTotals(Payload):
    """What was given back for goods, tax included."""

    count: int
    amount: Amount
    taxes: tuple[TaxTotals, ...]


class TenderTotals(Payload):
    """The money of one payment method; `difference` is what was counted beyond `amount` less `refunded`."""

    payment_method: str
    count: int
    amount: Amount
    refunded: Amount
    counted: Amount | None
    difference: Amount | None


class CashTotals(Payload):
    """The way of the cash in a drawer: `opening` and what came and went make `expected`."""

    opening: Amount
    taken: Amount
    refunded: Amount
    paid_in: Amount
    paid_out: Amount
    dropped: Amount
    credit_payments: Amount
    expected: Amount
    counted: Amount | None
    difference: Amount | None


class LayawayTotals(Payload):
    """Deposits: `received` and `returned` by any tender; `applied` to orders that were paid by them."""

    received: Amount
    returned: Amount
    applied: Amount


class OpenExchange(Payload):
    """The rest of a return of a shift that can pay new orders."""

    return_id: int
    left: Amount


class CloseAttempt(Payload):
    """A close of a shift that was refused; `unsent` sales were still at the till."""

    user: int
    counted_cash: Amount
    difference: Amount
    unsent: int
    at: Instant


class ShiftFigures(Payload):
    """The figures of a shift's report. What is not known before its close is null.

    `gaps` are the first and the last of each run of ticket numbers that have not arrived.
    """

    sales: SalesTotals
    refunds: RefundTotals
    cancelled: int
    tenders: tuple[TenderTotals, ...]
    cash: CashTotals
    taxes: tuple[TaxTotals, ...]
    layaway: LayawayTotals
    first_folio: str | None
    last_folio: str | None
    open_orders: int
    exchanges: tuple[OpenExchange, ...] = ()
    gaps: tuple[tuple[int, ...], ...] = ()
    close_attempts: tuple[CloseAttempt, ...] = ()
