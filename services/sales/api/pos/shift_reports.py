"""The report of a shift (X and Z), and what is sent to close one (contract §8.1)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from libs.common.clock import iso_utc
from libs.common.contracts.shift_figures import CashTotals, CloseAttempt, TaxTotals, TenderTotals
from libs.common.http.described import MoneyText, TimeText, described, example
from libs.common.http.fields import Boolean, Choice, Integer, MoneyField, Shape, TextOrNull
from libs.common.money import money_or_null, money_text
from services.sales.api.pos.counts import CountedTenders, Denominations
from services.sales.api.pos.shift_shapes import SHIFT, ShiftOut, shift_out
from services.sales.domain.payments import PaymentMethod
from services.sales.domain.shifts import NOTE_LENGTH_MAX, Counted
from services.sales.usecases.shifts.reporting import LateMoney, Report

REPORT = {
    "shift": SHIFT,
    "sales": {"count": 1, "gross": "210.00", "discounts": "10.00", "net": "200.00", "tax": "32.00"},
    "refunds": {"count": 0, "amount": "0.00", "taxes": []},
    "cancelled": 0,
    "tenders": [
        {
            "payment_method": "CASH",
            "count": 1,
            "amount": "232.00",
            "refunded": "0.00",
            "counted": None,
            "difference": None,
        }
    ],
    "cash": {
        "opening": "500.00",
        "taken": "232.00",
        "refunded": "0.00",
        "paid_in": "0.00",
        "paid_out": "0.00",
        "dropped": "0.00",
        "credit_payments": "0.00",
        "expected": "732.00",
        "counted": None,
        "difference": None,
    },
    "taxes": [{"tax_rate": "0.16", "base": "200.00", "tax": "32.00"}],
    "layaway": {"received": "0.00", "returned": "0.00", "applied": "0.00"},
    "first_folio": "F47AC10B",
    "last_folio": "F47AC10B",
    "open_orders": 0,
    "exchanges": {"open": []},
    "gaps": [],
    "close_attempts": [],
    "late": [],
    "adjusted": None,
}


@example({"counted_cash": "732.00", "denominations": {"500.00": 1, "200.00": 1, "20.00": 1, "2.00": 6}})
class CloseIn(Shape):
    """What was counted at the end of a shift."""

    counted_cash: Annotated[Decimal, MoneyField(ge=0)]
    """All the cash in the drawer."""
    denominations: Annotated[Mapping[Decimal, int], Denominations()] | None = None
    """Of which notes and coins it is made."""
    counted: Annotated[Mapping[str, Decimal], CountedTenders()] | None = None
    """What was counted of other tenders, as the slips of the card terminal."""
    left_in_drawer: Annotated[Decimal, MoneyField(ge=0)] | None = None
    """What stays for the next shift: all, if it is left out."""
    unsent: Annotated[int, Integer(ge=0)] = 0
    """How many sales the till has not sent yet."""
    force: Annotated[bool, Boolean()] = False
    """Close although sales are unsent; of ADMIN and OWNER only."""
    note: Annotated[str | None, TextOrNull(max_length=NOTE_LENGTH_MAX)] | None = None
    """Stands below what was noted at the opening."""

    def found(self) -> Counted:
        """What was counted."""
        left = self.counted_cash if self.left_in_drawer is None else self.left_in_drawer
        return Counted(self.counted_cash, self.denominations, self.counted or {}, left)


@described
class TaxOut(TypedDict):
    """The base and the tax of one rate."""

    tax_rate: str | None
    """Null where it was not recorded."""
    base: MoneyText
    """What the tax is of."""
    tax: MoneyText
    """The tax itself."""


@described
class SalesOut(TypedDict):
    """The orders that were paid, before tax but for `tax`."""

    count: int
    """How many orders."""
    gross: MoneyText
    """What they would have cost without discounts."""
    discounts: MoneyText
    """What discounts saved."""
    net: MoneyText
    """`gross` less `discounts`."""
    tax: MoneyText
    """On top of `net`."""


@described
class RefundsOut(TypedDict):
    """The returns that were refunded."""

    count: int
    """How many returns."""
    amount: MoneyText
    """What was given back, tax included."""
    taxes: list[TaxOut]
    """The bases and taxes in it."""


@described
class TenderTotalsOut(TypedDict):
    """The money of one payment method, of sales and of layaways."""

    payment_method: Annotated[str, Choice(*PaymentMethod)]
    count: int
    """How many payments."""
    amount: MoneyText
    """What was paid so."""
    refunded: MoneyText
    """What was given back so."""
    counted: MoneyText | None
    """What was counted at the close; null if it was not."""
    difference: MoneyText | None
    """`counted` less what should be there: of cash as in `cash`, else `amount` less `refunded`."""


@described
class CashOut(TypedDict):
    """The way of the cash in the drawer."""

    opening: MoneyText
    """What was in the drawer at the opening."""
    taken: MoneyText
    """The cash parts of payments, without change."""
    refunded: MoneyText
    """Given back for goods."""
    paid_in: MoneyText
    """Put into the drawer without a sale."""
    paid_out: MoneyText
    """Spent out of the drawer."""
    dropped: MoneyText
    """Taken to the safe."""
    credit_payments: MoneyText
    """The cash by which customers paid off credit."""
    expected: MoneyText | None
    """Null for an EMPLOYEE while the shift is open, if the shop counts blindly."""
    counted: MoneyText | None
    """What was found at the close; null before it."""
    difference: MoneyText | None
    """`counted` less `expected`."""


@described
class LayawayOut(TypedDict):
    """Payments of layaways, of all tenders."""

    received: MoneyText
    """Deposits and later payments."""
    returned: MoneyText
    """Given back for cancelled ones."""
    applied: MoneyText
    """What earlier payments were of the orders that were paid in this shift."""


@described
class CloseAttemptOut(TypedDict):
    """A close that was refused."""

    user: int
    """The id of the user who tried."""
    counted_cash: MoneyText
    """What was found."""
    difference: MoneyText | None
    """Null where `expected_cash` is."""
    unsent: int
    """How many sales the till had not sent yet."""
    at: TimeText
    """UTC."""


@described
class LateOut(TypedDict):
    """Money that was heard of after the close."""

    kind: str
    """`SALE`, or what else moved the money."""
    order: int | None
    """The id of the order."""
    amount: MoneyText
    """The part that this method paid."""
    payment_method: Annotated[str, Choice(*PaymentMethod)]
    at: TimeText
    """UTC."""


OpenExchangeOut = TypedDict(
    "OpenExchangeOut",
    {
        "return": Annotated[int, Field(description="The id of the return.")],
        "left": Annotated[MoneyText, Field(description="What new orders can still be paid with.")],
    },
)
OpenExchangeOut.__doc__ = "A return that was exchanged in this shift, of which something is left."


@described
class ExchangesOut(TypedDict):
    """Returns of this shift that were exchanged."""

    open: list[OpenExchangeOut]
    """Those of which something is left."""


@described
class AdjustedOut(TypedDict):
    """The cash with what came late."""

    expected: MoneyText
    """What should have been in the drawer."""
    difference: MoneyText
    """What was counted less that."""


@example(REPORT)
class ReportOut(TypedDict):
    """The report of a shift: as of now, or of its close, after which no figure changes."""

    shift: ShiftOut
    """The shift itself."""
    sales: SalesOut
    """The orders that were paid."""
    refunds: RefundsOut
    """What was given back for goods."""
    cancelled: int
    """Orders that were cancelled by the people of this register, layaways among them."""
    tenders: list[TenderTotalsOut]
    """One for each payment method that was used or counted."""
    cash: CashOut
    """What is in the drawer, and why."""
    taxes: list[TaxOut]
    """Of the sales."""
    layaway: LayawayOut
    """Not among the sales until they are paid."""
    first_folio: str | None
    """Of the order that was paid first."""
    last_folio: str | None
    """Of the order that was paid last."""
    open_orders: int
    """Orders of the shop that wait to be paid."""
    exchanges: ExchangesOut
    """As of now, or of the close."""
    gaps: list[list[int]]
    """Ticket numbers that have not arrived: pairs of the first and the last of each run."""
    close_attempts: list[CloseAttemptOut]
    """Closes that were refused, the first one first."""
    late: list[LateOut]
    """What came after the close; it is in no other figure."""
    adjusted: AdjustedOut | None
    """Null while nothing came late."""


def report_out(report: Report, *, hides_expected: bool) -> ReportOut:
    """The report; with `hides_expected` without what is expected in the drawer, if the shift is open."""
    figures, hides = report.figures, hides_expected and report.shift.is_open
    sales, refunds, layaway = figures.sales, figures.refunds, figures.layaway
    return {
        "shift": shift_out(report.shift, hides_expected=hides_expected),
        "sales": {
            "count": sales.count,
            "gross": money_text(sales.gross),
            "discounts": money_text(sales.discounts),
            "net": money_text(sales.net),
            "tax": money_text(sales.tax),
        },
        "refunds": {
            "count": refunds.count,
            "amount": money_text(refunds.amount),
            "taxes": [_tax_out(tax) for tax in refunds.taxes],
        },
        "cancelled": figures.cancelled,
        "tenders": [_tender_out(tender) for tender in figures.tenders],
        "cash": _cash_out(figures.cash, hides=hides),
        "taxes": [_tax_out(tax) for tax in figures.taxes],
        "layaway": {
            "received": money_text(layaway.received),
            "returned": money_text(layaway.returned),
            "applied": money_text(layaway.applied),
        },
        "first_folio": figures.first_folio,
        "last_folio": figures.last_folio,
        "open_orders": figures.open_orders,
        "exchanges": {
            "open": [{"return": each.return_id, "left": money_text(each.left)} for each in figures.exchanges]
        },
        "gaps": [list(gap) for gap in figures.gaps],
        "close_attempts": [_attempt_out(attempt, hides=hides) for attempt in figures.close_attempts],
        "late": [_late_out(late) for late in report.late],
        "adjusted": _adjusted_out(report),
    }


def _tax_out(tax: TaxTotals) -> TaxOut:
    return {"tax_rate": tax.tax_rate, "base": money_text(tax.base), "tax": money_text(tax.tax)}


def _tender_out(tender: TenderTotals) -> TenderTotalsOut:
    return {
        "payment_method": tender.payment_method,
        "count": tender.count,
        "amount": money_text(tender.amount),
        "refunded": money_text(tender.refunded),
        "counted": money_or_null(tender.counted),
        "difference": money_or_null(tender.difference),
    }


def _cash_out(cash: CashTotals, *, hides: bool) -> CashOut:
    return {
        "opening": money_text(cash.opening),
        "taken": money_text(cash.taken),
        "refunded": money_text(cash.refunded),
        "paid_in": money_text(cash.paid_in),
        "paid_out": money_text(cash.paid_out),
        "dropped": money_text(cash.dropped),
        "credit_payments": money_text(cash.credit_payments),
        "expected": None if hides else money_text(cash.expected),
        "counted": money_or_null(cash.counted),
        "difference": money_or_null(cash.difference),
    }


def _attempt_out(attempt: CloseAttempt, *, hides: bool) -> CloseAttemptOut:
    return {
        "user": attempt.user,
        "counted_cash": money_text(attempt.counted_cash),
        "difference": None if hides else money_text(attempt.difference),
        "unsent": attempt.unsent,
        "at": iso_utc(attempt.at),
    }


def _late_out(late: LateMoney) -> LateOut:
    return {
        "kind": late.kind,
        "order": late.order,
        "amount": money_text(late.amount),
        "payment_method": late.payment_method,
        "at": iso_utc(late.at),
    }


def _adjusted_out(report: Report) -> AdjustedOut | None:
    difference = report.shift.difference
    if not report.late or difference is None:
        return None
    return {
        "expected": money_text(report.shift.expected_cash + report.late_cash),
        "difference": money_text(difference - report.late_cash),
    }
