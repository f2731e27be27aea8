"""The invariants of shifts, as name and statement: see `rules.INSIDE`. All are in sales' database."""

from typing import LiteralString

TENDERS_OF_SHIFTS: LiteralString = """tender as (
    select shift_id, id as order_id, tender.payment_method, amount
    from orders, jsonb_to_recordset(coalesce(payments, jsonb_build_array(jsonb_build_object(
        'payment_method', payment_method, 'amount', final_amount
    )))) tender (payment_method text, amount numeric)
    where shift_id is not null
)"""

OF_SHIFTS: tuple[tuple[str, LiteralString], ...] = (
    (
        "the cash of a shift is what it opened with and what came and went, and late is what came later",
        """with moved as (
            select shift_id, sum(amount) filter (where kind = 'PAID_IN') as paid_in,
                sum(amount) filter (where kind = 'PAID_OUT') as paid_out,
                sum(amount) filter (where kind = 'DROP') as dropped
            from shift_movements group by shift_id
        ), cash as (
            select shift_id, amount - refunded + credit_payments as booked
            from shift_tenders where payment_method = 'CASH'
        ), late as (
            select shift_id, sum(case kind when 'REFUND' then -amount else amount end) as cash
            from shift_late
            where payment_method = 'CASH' group by shift_id
        )
        select id as shift, opening_cash, expected_cash, booked, shifts.paid_in, shifts.paid_out,
            shifts.dropped, late_cash, late.cash as late
        from shifts left join moved on moved.shift_id = id left join cash on cash.shift_id = id
            left join late on late.shift_id = id
        where expected_cash <> opening_cash + coalesce(booked, 0)
                + shifts.paid_in - shifts.paid_out - shifts.dropped
            or shifts.paid_in <> coalesce(moved.paid_in, 0)
            or shifts.paid_out <> coalesce(moved.paid_out, 0)
            or shifts.dropped <> coalesce(moved.dropped, 0)
            or late_cash <> coalesce(late.cash, 0)""",
    ),
    (
        # layaways pay an order in parts, of which each may be in another shift
        "every payment of a shift without layaways is in its figures or late, once",
        f"""with {TENDERS_OF_SHIFTS}, paid as (
            select shift_id, payment_method, sum(amount) as paid from tender group by 1, 2
        ), booked as (
            select shift_id, payment_method, sum(amount) as booked from (
                select shift_id, payment_method, amount from shift_tenders
                union all select shift_id, payment_method, amount from shift_late where kind = 'SALE'
            ) kept group by 1, 2
        )
        select shift_id as shift, payment_method, paid, booked
        from paid full join booked using (shift_id, payment_method) left join shifts on id = shift_id
        where coalesce(paid, 0) <> coalesce(booked, 0)
            and coalesce(layaway_received, 0) = 0 and coalesce(layaway_applied, 0) = 0""",
    ),
    (
        "the sales of a shift are its orders that were not late, with their taxes, and so are its tenders",
        """with sold as (
            select shift_id, count(*) as number, sum(final_amount) as money from orders
            where shift_id is not null
                and not exists (select from shift_late where order_id = orders.id and kind = 'SALE')
            group by shift_id
        ), taxed as (
            select shift_id, sum(base) as base, sum(tax) as tax from shift_taxes
            where kind = 'SALE' group by shift_id
        ), tendered as (
            select shift_id, sum(amount) as amount from shift_tenders group by shift_id
        )
        select id as shift, sales_count, number as orders, net, shifts.tax, money, base, taxed.tax as taxes,
            amount as tenders
        from shifts left join sold on sold.shift_id = id left join taxed on taxed.shift_id = id
            left join tendered on tendered.shift_id = id
        where sales_count <> coalesce(number, 0) or net + shifts.tax <> coalesce(money, 0)
            or net <> coalesce(base, 0) or shifts.tax <> coalesce(taxed.tax, 0)
            or net + shifts.tax + layaway_received - layaway_applied <> coalesce(amount, 0)""",
    ),
    (
        "the Z reports of a register have no gap, and the last one tells what was left in the drawer",
        """with reported as (
            select register_id, count(*) as number, max(z_number) as highest,
                (array_agg(left_in_drawer order by z_number desc))[1] as left_there
            from shifts where status = 'CLOSED' group by register_id
        )
        select id as register, last_z_number, number as reports, highest, left_in_drawer, left_there
        from registers left join reported on register_id = id
        where last_z_number <> coalesce(number, 0) or last_z_number <> coalesce(highest, 0)
            or left_in_drawer is distinct from left_there""",
    ),
)
