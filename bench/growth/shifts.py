"""The registers of a shop's past and their shifts, with the figures that payments would have left in them.

The figures are the sums of what `services/sales/usecases/shifts/booking.py` adds for each payment, refund and
movement. That they are right is said by the invariants (`tests/e2e/invariants/of_shifts.py`), not here.
"""

from typing import LiteralString

OPENING: LiteralString = "500.00"
"""The cash with which each shift opens, and which its close leaves for the next."""

REGISTERS: tuple[LiteralString, ...] = (
    """
    insert into registers (id, name, series, is_active) overriding system value
    select n, 'Caja ' || n, 'C' || n, true from generate_series(1, %(registers)s) as n
    """,
    "select setval(pg_get_serial_sequence('registers', 'id'), max(id)) from registers",
)

LATE: LiteralString = """
insert into shift_late (shift_id, kind, order_id, amount, payment_method, user_id, at)
select shift_id, 'SALE', id, final_amount, payment_method, user_id, at from sold where is_late order by id
"""

NOT_LATE: LiteralString = """(
    select * from orders where shift_id is not null
        and not exists (select from shift_late where order_id = orders.id)
) as sale"""

SHIFTS: tuple[LiteralString, ...] = (
    f"""
    insert into shift_tenders (shift_id, payment_method, count, amount, refunded)
    select shift_id, payment_method, sum(number), sum(amount), sum(refunded)
    from (
        select shift_id, coalesce(part ->> 'payment_method', payment_method) as payment_method, 1 as number,
            coalesce((part ->> 'amount')::numeric, final_amount) as amount, 0 as refunded
        from {NOT_LATE} left join jsonb_array_elements(payments) as part on true where layaway_id is null
        union all select shift_id, 'CASH', 1, amount, 0 from layaway_payments
        union all select shift_id, 'CASH', 0, 0, refund_amount from till_returns
        union all select refund_shift_id, 'CASH', 0, 0, paid from layaways where status = 'CANCELLED'
    ) as moved
    group by shift_id, payment_method
    """,
    f"""
    insert into shift_taxes (shift_id, kind, tax_rate, base, tax)
    select shift_id, 'SALE', tax_rate, sum(amount), sum(tax_amount)
    from {NOT_LATE} join order_lines on order_id = id group by shift_id, tax_rate
    union all
    select shift_id, 'REFUND', tax_rate, sum(sold.unit_price * back.quantity),
        sum((back.unit_price - sold.unit_price) * back.quantity)
    from till_returns join till_return_lines as back on return_id = till_returns.id
        join order_lines as sold using (order_id, product_id)
    group by shift_id, tax_rate
    """,
    f"""
    insert into shift_users (shift_id, user_id)
    select shift_id, user_id from {NOT_LATE} union select shift_id, user_id from layaway_payments
    """,
    # A register's last shift is open, also if nothing has been sold in it yet.
    f"""
    insert into shifts (id, register_id, status, opened_by, opened_at, opening_cash, expected_opening,
        sales_count, net, tax, refunds_count, refunds_amount, first_folio, last_folio, last_seq,
        expected_cash, paid_in, paid_out, dropped, layaway_received, layaway_returned, layaway_applied,
        late_cash, closed_at, closed_by, counted_cash, left_in_drawer, z_number, open_orders)
    overriding system value
    with worked as (
        select shift_id as id, min(at) as since, max(at) as until
        from (
            select shift_id, created_at as at from orders where shift_id is not null
            union all select shift_id, created_at from layaway_payments
            union all select (%(shifts)s - 1) * %(registers)s + register, %(until)s::timestamptz
            from generate_series(1, %(registers)s) as register
        ) as seen
        group by shift_id
    ), sold as (
        select shift_id as id, count(*) as number, sum(subtotal) as net, sum(total_tax) as tax,
            min(id) as first, max(id) as last
        from {NOT_LATE} group by shift_id
    ), numbered as (
        select shift_id as id, max(seq) as seq from orders where shift_id is not null group by shift_id
    ), back as (
        select shift_id as id, count(*) as number, sum(refund_amount) as amount
        from till_returns group by shift_id
    ), received as (
        select shift_id as id, sum(amount) as amount from layaway_payments group by shift_id
    ), applied as (
        select shift_id as id, sum(final_amount) as amount from orders
        where layaway_id is not null and shift_id is not null group by shift_id
    ), returned as (
        select refund_shift_id as id, sum(paid) as amount from layaways
        where status = 'CANCELLED' group by refund_shift_id
    ), late as (
        select shift_id as id, sum(amount) filter (where payment_method = 'CASH') as cash
        from shift_late group by shift_id
    ), counted as (
        select worked.*, 1 + (worked.id - 1) %% %(registers)s as register,
            (worked.id - 1) / %(registers)s < %(shifts)s - 1 as is_closed,
            {OPENING} + coalesce(amount - refunded, 0) as expected
        from worked left join shift_tenders on shift_id = worked.id and payment_method = 'CASH'
    )
    select id, register, case when is_closed then 'CLOSED' else 'OPEN' end, 1 + register, since, {OPENING},
        case when row_number() over of_register > 1 then {OPENING} end,
        coalesce(sold.number, 0), coalesce(net, 0), coalesce(tax, 0), coalesce(back.number, 0),
        coalesce(back.amount, 0), (select ticket_folio from orders where orders.id = first),
        (select ticket_folio from orders where orders.id = last), seq, expected, 50, 30, 20,
        coalesce(received.amount, 0), coalesce(returned.amount, 0), coalesce(applied.amount, 0),
        coalesce(late.cash, 0), case when is_closed then until end,
        case when is_closed then 1 + register end, case when is_closed then expected end,
        case when is_closed then {OPENING} end,
        case when is_closed then row_number() over of_register end, case when is_closed then 0 end
    from counted left join sold using (id) left join numbered using (id) left join back using (id)
        left join received using (id) left join applied using (id) left join returned using (id)
        left join late using (id)
    window of_register as (partition by register order by id)
    order by id
    """,
    "select setval(pg_get_serial_sequence('shifts', 'id'), max(id)) from shifts",
    """
    insert into shift_movements (shift_id, kind, amount, reason, user_id, created_at)
    select id, kind, amount, 'Cambio', opened_by, opened_at
    from shifts, (
        values ('PAID_IN', 50), ('PAID_OUT', 30), ('DROP', 20), ('NO_SALE', 0)
    ) as movement (kind, amount)
    order by id
    """,
    """
    insert into shift_close_attempts (shift_id, operation, user_id, counted_cash, difference, unsent, at)
    select id, md5('attempt ' || id)::uuid, opened_by, counted_cash - 100, -100, 0, closed_at
    from shifts where status = 'CLOSED' and id %% 20 = 1
    """,
    f"""
    update registers set last_z_number = number, left_in_drawer = {OPENING}
    from (
        select register_id, count(*) as number from shifts where status = 'CLOSED' group by register_id
    ) as closed where registers.id = register_id
    """,
    """
    insert into register_numbers (register_id, last_seq, numbers, last_seen, unsent)
    select register_id, max(seq), range_agg(int8range(seq, seq, '[]')), max(created_at), 0
    from orders where seq is not null group by register_id
    """,
)
