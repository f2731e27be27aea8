"""Chooses the shift whose drawer takes money, and books the money into it: the only place that does.

The shift's row is locked until the money is committed, and must be open: money and a close have one outcome.
Rows are locked in the order shift, then order. The figures of a report are kept here, so that it sums up
nothing. Parts of a `with` (`CHOSEN_SHIFT`, `OPEN_DRAWER`, `SALE_BOOKED`) serve payments of one statement.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import LiteralString

from libs.common.db.database import Database, Sql, Transaction
from libs.common.drawers import Drawer, NoOpenShift, ShiftRequired, UnknownRegister
from libs.common.errors import DomainError
from libs.common.looks import LookAgain, looks_again
from services.sales.usecases.shifts.figures import STAFF_ENTERED, added_to_tenders

# One row. Without a register: the caller's own open shift, or else the only one that is open.
CHOSEN_SHIFT: LiteralString = """chosen as (
    select case when %(register)s::bigint is null
            then coalesce(max(id) filter (where opened_by = %(taker)s),
                case count(*) when 1 then max(id) end)
        else max(id) filter (where register_id = %(register)s) end as shift_id
    from shifts where status = 'OPEN'
)"""

OPEN_DRAWER: LiteralString = """drawer as (
    select id as shift_id, %(taker)s::bigint as taker from shifts
    where id = (select shift_id from chosen) and status = 'OPEN' for no key update
)"""

TAKES_MONEY: LiteralString = """(
    exists (select from drawer) or not %(needs_shift)s and (select shift_id from chosen) is null
)"""
"""Whether the money has its drawer, or needs none. Neither if the shift was closed just now."""

NO_SHIFT_OPEN: LiteralString = "not exists (select from shifts where status = 'OPEN')"
"""Instead of `TAKES_MONEY`, for money that needs no drawer, where there is none."""

DRAWER_FIRST: LiteralString = "(select count(*) from drawer) <= 1"
"""Always true. In the condition of a change to an order it locks the `drawer` before the order."""

CANCELLATION_COUNTED: LiteralString = """counted as (
    update shifts set cancelled = shifts.cancelled + 1 from cancelled, drawer
    where shifts.id = drawer.shift_id
)"""
"""The part of a `with` that counts the order `cancelled` in the open `drawer`, if there are both."""

DRAWER_OR_GONE: LiteralString = """locked as (
    select id as shift_id, taker, status = 'OPEN' as is_open from ended join shifts on id = of_shift
    for no key update of shifts
), drawer as (select * from locked where is_open), gone as (select * from locked where not is_open)"""
"""For what `taker` took for `of_shift` of the row `ended`: `drawer` if the shift is still open, or `gone`."""

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

LOCK_OPEN = "select true from shifts where id = %(shift_id)s and status = 'OPEN' for no key update"

LOCK_OF_RETURN = """
select id from shifts where id = (select shift_id from till_returns where id = %(return_id)s)
for no key update
"""

SELECT_CHOSEN: LiteralString = f"""
with {CHOSEN_SHIFT}
select shift_id, (select register_id from shifts where id = shift_id) as register_id,
    exists (select from registers where id = %(register)s) as is_known
from chosen
"""


@dataclass(frozen=True, slots=True)
class Till:
    """The person who takes or gives money, and the register that they named, if any.

    `needs_shift`: the money must belong to a shift, because the shop requires it.
    """

    user_id: int
    register: int | None
    needs_shift: bool

    @property
    def needs_drawer(self) -> bool:
        """Whether the money is refused where no shift is open."""
        return self.needs_shift or self.register is not None

    @property
    def sql(self) -> Mapping[str, object]:
        """The parameters of `CHOSEN_SHIFT` and `TAKES_MONEY`."""
        return {"taker": self.user_id, "register": self.register, "needs_shift": self.needs_drawer}


@dataclass(frozen=True)
class _Choice(Drawer):
    is_known: bool


async def choose_shift(till: Till, *, sql: Database | Sql) -> int | None:
    """The open shift to which money of this till belongs now, or None. It may close at any time.

    Raises `UnknownRegister`, `NoOpenShift` or `ShiftRequired`.
    """
    return (await find_open_drawer(till, sql=sql)).shift_id


async def find_open_drawer(till: Till, *, sql: Database | Sql) -> Drawer:
    """As `choose_shift`, with the register."""
    choice = await _choose(till, sql)
    if refusal := _refusal(till, choice):
        raise refusal
    return choice


@looks_again("shifts")
async def open_drawer(till: Till, *, tx: Transaction) -> int | None:
    """The open shift to which money of this till belongs, locked until the transaction ends, or None.

    Before any order is locked. Raises `UnknownRegister`, `NoOpenShift` or `ShiftRequired`.
    """
    shift_id = await choose_shift(till, sql=tx)
    if shift_id is None or await tx.fetch_value(LOCK_OPEN, {"shift_id": shift_id}):
        return shift_id
    raise LookAgain


async def lock_drawer_of_return(return_id: int, *, tx: Transaction) -> None:
    """Lock the return's shift, if it has one, until the transaction ends; before any order is locked."""
    await tx.fetch_value(LOCK_OF_RETURN, {"return_id": return_id})


async def book_refund(return_id: int, *, tx: Transaction) -> None:
    """Book the money of a return that is done into its shift, which is locked, if it has one."""
    await tx.execute(REFUND_BOOKED, {"return_id": return_id})


async def book_payout(shift_id: int, amount: Decimal, *, user_id: int, tx: Transaction) -> None:
    """Book what is paid out of an exchange into its shift, which is locked."""
    await tx.execute(PAYOUT_BOOKED, {"shift_id": shift_id, "amount": amount, "user_id": user_id})


async def find_no_drawer(till: Till, *, database: Database) -> list[DomainError]:
    """The refusals that `choose_shift` would raise for money of this till now; empty if it has a drawer."""
    refusal = _refusal(till, await _choose(till, database))
    return [refusal] if refusal else []


async def _choose(till: Till, sql: Database | Sql) -> _Choice:
    choice = await sql.fetch_one(_Choice, SELECT_CHOSEN, till.sql)
    assert choice
    return choice


def _refusal(till: Till, choice: _Choice) -> DomainError | None:
    if till.register is not None and not choice.is_known:
        return UnknownRegister(till.register)
    if choice.shift_id is not None:
        return None
    if till.register is not None:
        return NoOpenShift()
    return ShiftRequired() if till.needs_shift else None
