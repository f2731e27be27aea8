"""Reads the report of a shift: X while it is open, Z once it is closed. It sums up nothing that grows."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, LiteralString

from libs.common.contracts.event import Payload
from libs.common.contracts.shift_figures import (
    CashTotals,
    CloseAttempt,
    LayawayTotals,
    OpenExchange,
    RefundTotals,
    SalesTotals,
    ShiftFigures,
    TaxTotals,
    TenderTotals,
)
from libs.common.db.database import Database, Sql
from libs.common.lifecycle import sql_list
from libs.common.money import ZERO
from services.sales.domain.lifecycles import PosStatus, seen_as
from services.sales.domain.payments import PaymentMethod
from services.sales.domain.people import Person
from services.sales.domain.shifts import ShiftNotFound
from services.sales.usecases.shifts.reading import MAY_SEE, sql_of
from services.sales.usecases.shifts.views import SHIFT_COLUMNS, ShiftView

# The numbers that are missing still, after the last of the shift before and up to the last of this one.
GAPS_OF_SHIFT: LiteralString = """(
    select json_agg(json_build_array(lower(gap), upper(gap) - 1) order by lower(gap))
    from register_numbers, coalesce((
        select before.last_seq from shifts before
        where before.register_id = shifts.register_id and before.last_seq is not null
            and (before.opened_at, before.id) < (shifts.opened_at, shifts.id)
        order by before.opened_at desc, before.id desc limit 1
    ), 0) seen, unnest(
        int8multirange(int8range(seen, greatest(shifts.last_seq, seen), '(]')) - numbers
    ) gap
    where register_numbers.register_id = shifts.register_id
)"""

# Their index holds orders of tills only: without the channel it would not be used.
OPEN_ORDERS: LiteralString = f"""(
    select count(*) from orders
    where channel = 'POS' and status in ({sql_list(seen_as(PosStatus.PENDING))})
)"""
"""The orders at the tills that are not paid now."""

OPEN_EXCHANGES: LiteralString = """(
    select coalesce(
        jsonb_agg(jsonb_build_object('return_id', id, 'left', exchange_left::text) order by id), '[]'
    ) from till_returns where exchange_left > 0 and shift_id = shifts.id
)"""
"""The exchanges of a shift's returns of which something is left now."""

# One statement, so that all figures are of one moment. Amounts are texts in JSON, which has no decimals.
SELECT_REPORT: LiteralString = f"""
select {SHIFT_COLUMNS}, sales_count, discounts, net, tax, refunds_count, refunds_amount, cancelled,
    first_folio, last_folio, paid_in, paid_out, dropped, layaway_received, layaway_returned, layaway_applied,
    late_cash,
    coalesce(open_orders, {OPEN_ORDERS}) as open_orders,
    (select json_agg(json_build_object('payment_method', payment_method, 'count', count,
            'amount', amount::text, 'refunded', refunded::text, 'counted', counted::text,
            'credit_payments', credit_payments::text) order by payment_method)
        from shift_tenders where shift_id = shifts.id) as tenders,
    (select json_agg(json_build_object('kind', kind, 'tax_rate', nullif(tax_rate, ''), 'base', base::text,
            'tax', tax::text) order by tax_rate)
        from shift_taxes where shift_id = shifts.id) as taxes,
    (select json_agg(json_build_object('user', user_id, 'counted_cash', counted_cash::text,
            'difference', difference::text, 'unsent', unsent, 'at', at) order by at)
        from shift_close_attempts where shift_id = shifts.id) as attempts,
    (select json_agg(json_build_object('kind', kind, 'order', order_id, 'amount', amount::text,
            'payment_method', payment_method, 'at', at)
            order by at, (select seq from orders where orders.id = order_id), id)
        from shift_late where shift_id = shifts.id) as late,
    coalesce(open_exchanges, {OPEN_EXCHANGES}) as exchanges,
    {GAPS_OF_SHIFT} as gaps
from shifts where shifts.id = %(id)s and {MAY_SEE}
"""


class LateMoney(Payload):
    """Money that was heard of after the close."""

    kind: str
    order: int | None
    amount: Decimal
    payment_method: str
    at: datetime


class _Tender(Payload):
    payment_method: str
    count: int
    amount: Decimal
    refunded: Decimal
    counted: Decimal | None
    credit_payments: Decimal


@dataclass(frozen=True)
class _Row(ShiftView):
    sales_count: int
    discounts: Decimal
    net: Decimal
    tax: Decimal
    refunds_count: int
    refunds_amount: Decimal
    cancelled: int
    first_folio: str | None
    last_folio: str | None
    paid_in: Decimal
    paid_out: Decimal
    dropped: Decimal
    layaway_received: Decimal
    layaway_returned: Decimal
    layaway_applied: Decimal
    late_cash: Decimal
    open_orders: int
    tenders: list[dict[str, Any]] | None
    taxes: list[dict[str, Any]] | None
    attempts: list[dict[str, Any]] | None
    late: list[dict[str, Any]] | None
    exchanges: list[dict[str, Any]]
    gaps: list[list[int]] | None


@dataclass(frozen=True, slots=True)
class Report:
    """A shift with its figures. `late_cash` came or went after its close, and is not among them."""

    shift: ShiftView
    figures: ShiftFigures
    late: tuple[LateMoney, ...]
    late_cash: Decimal


async def read_report(shift_id: int, *, person: Person, sql: Database | Sql) -> Report:
    """The report of a shift; raises `ShiftNotFound`, also for one that the person may not see."""
    row = await sql.fetch_one(_Row, SELECT_REPORT, {"id": shift_id, **sql_of(person)})
    if row is None:
        raise ShiftNotFound
    return Report(
        shift=row,
        figures=_figures(row),
        late=tuple(map(LateMoney.model_validate, row.late or ())),
        late_cash=row.late_cash,
    )


def _figures(row: _Row) -> ShiftFigures:
    tenders = {tender.payment_method: tender for tender in map(_Tender.model_validate, row.tenders or ())}
    cash = _cash(row, tenders.get(PaymentMethod.CASH))
    return ShiftFigures(
        sales=SalesTotals(
            count=row.sales_count,
            gross=row.net + row.discounts,
            discounts=row.discounts,
            net=row.net,
            tax=row.tax,
        ),
        refunds=RefundTotals(count=row.refunds_count, amount=row.refunds_amount, taxes=_taxes(row, "REFUND")),
        cancelled=row.cancelled,
        tenders=tuple(_totals(tender, cash) for tender in tenders.values()),
        cash=cash,
        taxes=_taxes(row, "SALE"),
        layaway=LayawayTotals(
            received=row.layaway_received, returned=row.layaway_returned, applied=row.layaway_applied
        ),
        first_folio=row.first_folio,
        last_folio=row.last_folio,
        open_orders=row.open_orders,
        exchanges=tuple(map(OpenExchange.model_validate, row.exchanges)),
        gaps=tuple((first, last) for first, last in row.gaps or ()),
        close_attempts=tuple(map(CloseAttempt.model_validate, row.attempts or ())),
    )


def _cash(row: _Row, tender: _Tender | None) -> CashTotals:
    return CashTotals(
        opening=row.opening_cash,
        taken=tender.amount if tender else ZERO,
        refunded=tender.refunded if tender else ZERO,
        paid_in=row.paid_in,
        paid_out=row.paid_out,
        dropped=row.dropped,
        credit_payments=tender.credit_payments if tender else ZERO,
        expected=row.expected_cash,
        counted=row.counted_cash,
        difference=row.difference,
    )


def _totals(tender: _Tender, cash: CashTotals) -> TenderTotals:
    """The row of a payment method; that of CASH repeats what was counted in the drawer."""
    is_cash = tender.payment_method == PaymentMethod.CASH
    counted = cash.counted if is_cash else tender.counted
    difference = None if counted is None else counted - (tender.amount - tender.refunded)
    return TenderTotals(
        payment_method=tender.payment_method,
        count=tender.count,
        amount=tender.amount,
        refunded=tender.refunded,
        counted=counted,
        difference=cash.difference if is_cash else difference,
    )


def _taxes(row: _Row, kind: str) -> tuple[TaxTotals, ...]:
    return tuple(TaxTotals.model_validate(each) for each in row.taxes or () if each["kind"] == kind)
