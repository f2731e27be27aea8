"""Books sales, refunds and payouts into the shift whose drawer was chosen (`choosing.py`).

The figures of a report are kept here, so that it sums up nothing. Other money: `deposits.py`,
`credit_payments.py` and `moving.py`.
"""

from decimal import Decimal
from typing import LiteralString

from libs.common.db.database import Transaction
from services.sales.usecases.shifts.figures import STAFF_ENTERED, added_to_tenders

CANCELLATION_COUNTED: LiteralString = """counted as (
    update shifts set cancelled = shifts.cancelled + 1 from cancelled, drawer
    where shifts.id = drawer.shift_id
)"""
"""The part of a `with` that counts the order `cancelled` in the open `drawer`, if there are both."""

SALE_FIGURES: LiteralString = f"""booked as (
    update shifts set sales_count = sales_count + 1,
        discounts = discounts + money_saved_total, net = net + subtotal, tax = tax + total_tax,
        expected_cash = expected_cash + cash, first_folio = coalesce(first_folio, ticket_folio),
        last_folio = ticket_folio
    from paid, drawer, cash where shifts.id = shift_id
), {
    added_to_tenders("select shift_id, payment_method, n, amount from drawer, part", "count", "amount")
}, taxed as (
    insert into shift_taxes as was (shift_id, kind, tax_rate, base, tax)
    select shift_id, 'SALE', coalesce(tax_rate, ''), sum(amount), sum(tax_amount)
    from drawer, paid join order_lines on order_id = paid.id group by 1, 3
    on conflict (shift_id, kind, tax_rate) do update
    set base = was.base + excluded.base, tax = was.tax + excluded.tax
), took as (
    insert into shift_users (shift_id, user_id) select shift_id, taker from drawer, paid
    on conflict do nothing
)"""
"""Parts of a `with` after `part` and `cash`, the money that comes with the sale."""

SALE_BOOKED: LiteralString = f"""part as (
    select tender.payment_method, count(*) as n, sum(amount) as amount
    from paid, jsonb_to_recordset(coalesce(payments, jsonb_build_array(jsonb_build_object(
        'payment_method', payment_method, 'amount', final_amount
    )))) tender (payment_method text, amount numeric) group by 1
), cash as (
    select coalesce(sum(amount), 0) as cash from part where payment_method = 'CASH'
), {SALE_FIGURES}"""
"""Parts of a `with` that book the order `paid` into the open `drawer`, if there are both."""

LAYAWAY_SOLD: LiteralString = f"""drawer as (
    select %(shift_id)s::bigint as shift_id, %(taker)s::bigint as taker where %(shift_id)s::bigint is not null
), part as (
    select payment_method, 0 as n, final_amount as amount from paid where false
), cash as (select 0::numeric as cash), {SALE_FIGURES}"""
"""As `SALE_BOOKED` for an order whose money was booked as a layaway's, into the locked shift `shift_id`."""

SALE_LATE: LiteralString = """late as (
    insert into shift_late (shift_id, kind, order_id, amount, payment_method, user_id, at)
    select shift_id, 'SALE', paid.id, amount, part.payment_method, taker, paid_at from gone, paid, part
), adjusted as (
    update shifts set late_cash = late_cash + cash from paid, gone, cash where shifts.id = shift_id
)"""
"""Parts of a `with` after `SALE_BOOKED` that put `paid` under `late` of the shift in `gone`, if one is."""

# Of a shift that has closed meanwhile the money is `late`, and none of its figures changes.
REFUND_BOOKED: LiteralString = f"""
with returned as (
    select id, order_id, shift_id, user_id, refund_amount, shares, done_at from till_returns
    where id = %(return_id)s
), locked as (
    select shifts.id, status = 'OPEN' as is_open from shifts join returned on shifts.id = shift_id
), drawer as (select id from locked where is_open), gone as (select id from locked where not is_open),
part as (
    select share ->> 'payment_method' as payment_method, sum((share ->> 'amount')::numeric) as amount
    from returned, jsonb_array_elements(shares) as share group by 1
), cash as (
    select coalesce(sum(amount), 0) as cash from part where payment_method = 'CASH'
), booked as (
    update shifts set refunds_count = refunds_count + 1, refunds_amount = refunds_amount + refund_amount,
        expected_cash = expected_cash - cash
    from returned, drawer, cash where shifts.id = drawer.id
), {added_to_tenders("select id, payment_method, amount from drawer, part", "refunded")}, taxed as (
    insert into shift_taxes as was (shift_id, kind, tax_rate, base, tax)
    select drawer.id, 'REFUND', coalesce(tax_rate, ''), sum(sold.unit_price * back.quantity),
        sum((back.unit_price - sold.unit_price) * back.quantity)
    from drawer, returned join till_return_lines back on return_id = returned.id
        join order_lines sold on sold.order_id = returned.order_id and sold.product_id = back.product_id
    group by 1, 3
    on conflict (shift_id, kind, tax_rate) do update
    set base = was.base + excluded.base, tax = was.tax + excluded.tax
), gave as (
    insert into shift_users (shift_id, user_id) select drawer.id, user_id from drawer, returned
    on conflict do nothing
), late as (
    insert into shift_late (shift_id, kind, order_id, amount, payment_method, user_id, at)
    select gone.id, 'REFUND', order_id, amount, payment_method, user_id, done_at from gone, returned, part
)
update shifts set late_cash = late_cash - cash from gone, cash where shifts.id = gone.id
"""

# What was to be exchanged is given back in cash instead: what is given back in all stays the same.
PAYOUT_BOOKED: LiteralString = f"""
with booked as (
    update shifts set expected_cash = expected_cash - %(amount)s where id = %(shift_id)s
), {
    added_to_tenders(
        "values (%(shift_id)s, 'CASH', %(amount)s), (%(shift_id)s, 'EXCHANGE', -%(amount)s::numeric)",
        "refunded",
    )
}
{STAFF_ENTERED}
"""


async def book_refund(return_id: int, *, tx: Transaction) -> None:
    """Book the money of a return that is done into its shift, which is locked, if it has one."""
    await tx.execute(REFUND_BOOKED, {"return_id": return_id})


async def book_payout(shift_id: int, amount: Decimal, *, user_id: int, tx: Transaction) -> None:
    """Book what is paid out of an exchange into its shift, which is locked."""
    await tx.execute(PAYOUT_BOOKED, {"shift_id": shift_id, "amount": amount, "user_id": user_id})
