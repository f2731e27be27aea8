"""The rows of sales: orders, invoices and returns of both channels, layaways, sales that tills sent later.

A return and a layaway have the id of their order. What the shifts make of it: `bench.growth.shifts`.
"""

from typing import LiteralString

from bench.growth.shifts import LATE, REGISTERS, SHIFTS
from bench.growth.statements import Rows, counted_on

PART: LiteralString = "jsonb_build_object('payment_method', 'CASH', 'amount', {0}::text)"
CASH: LiteralString = PART + """ || '{{"reference": null, "card_kind": null}}'"""
TENDERS: LiteralString = f"""jsonb_build_array({CASH.format("cash")}, jsonb_build_object(
    'payment_method', 'CARD', 'amount', (final_amount - cash)::text, 'reference', null, 'card_kind', 'DEBIT'
))"""
DEPOSIT: LiteralString = "round(final_amount / 5, 2)"

# A number is missing behind each batch.
ORDERS: LiteralString = f"""
with last as (
    select register_id, (select max(seq) from orders where orders.register_id = tills.register_id) as seq
    from generate_series(1, %(registers)s::bigint) as tills (register_id)
), numbered as (
    select id, coalesce(last.seq + 1, 0) + row_number() over (partition by register_id order by id) as seq
    from sold join last using (register_id) where is_synced
)
insert into orders (id, uuid, channel, status, ticket_folio, user_id, user_name, customer_id,
    customer_name, subtotal, total_tax, final_amount, money_saved_total, payment_method, created_at,
    paid_at, cancelled_at, updated_at, shipped_at, payments, shift_id, refunded_amount, client_id,
    register_id, seq, ticket_number, flags, reviewed_at, reviewed_by, review_note, layaway_id)
overriding system value
select id, uuid, channel, case when is_cancelled then 'CANCELLED' when is_open then 'PENDING'
        when channel = 'WEB' then 'delivered' else 'PAID' end,
    folio, user_id, 'user' || user_id, customer_id, 'Customer ' || customer_id, subtotal, total_tax,
    final_amount, 0, case when is_paid then payment_method end, at,
    case when is_paid then at end, case when is_cancelled then at end,
    case channel when 'WEB' then at end, case channel when 'WEB' then at end,
    case when payment_method = 'MIXED' and is_paid then {TENDERS} end, case when is_paid then shift_id end,
    case when is_returned then refund end, case when is_synced then client_id end,
    case when is_synced then register_id end, seq, 'C' || register_id || '-' || lpad(seq::text, 6, '0'),
    case when flag is not null then array[flag] end,
    case when flag is not null and not is_recent then at end,
    case when flag is not null and not is_recent then 1 end,
    case when flag is not null and not is_recent then 'Counted' end,
    case when is_layaway then id end
from sold left join numbered using (id) order by id
"""

WEB: tuple[LiteralString, ...] = (
    """
    insert into invoices (order_id, user_id, username, series, number, amount, status, due_date,
        created_at, paid_at)
    select id, user_id, 'user' || user_id, 'A', row_number() over (order by id)
            + coalesce((select max(number) from invoices), 0),
        final_amount, 'paid', at + interval '30 days', at, at
    from sold where channel = 'WEB' order by id
    """,
    """
    insert into returns (id, uuid, order_id, user_id, username, status, total_refund, created_at, updated_at)
    overriding system value
    select sold.id, return_uuid, sold.id, user_id, 'user' || user_id, 'rejected', paid_for_one, at, at
    from sold join sold_lines on order_id = sold.id and line = 0
    where sold.id %% 50 = 4 order by sold.id
    """,
    """
    insert into return_lines (return_id, line, product_id, product_name, quantity, unit_price, reason,
        refund_amount, disposition)
    select order_id, 1, product_id, product_name, 1, paid_for_one, 'damaged', paid_for_one, 'discard'
    from sold_lines where line = 0 and order_id %% 50 = 4 order by order_id
    """,
)

TILL_RETURNS: tuple[LiteralString, ...] = (
    f"""
    insert into till_returns (id, uuid, operation, order_id, customer_id, status, user_id, reason,
        refund_amount, refund_method, shares, points_returned, approved_by, register_id, shift_id, created_at,
        done_at, kept_amount, points_taken_back, is_everything_back)
    select id, return_uuid, return_uuid, id, customer_id, 'DONE', user_id, 'Roto', refund, 'CASH',
        jsonb_build_array({PART.format("refund")} || '{{"tender": 0, "points": 0}}'), 0,
        case when id %% 200 < 100 then 1 end, register_id, shift_id, at, at, final_amount - refund,
        case when customer_id is null then 0
            else round(final_amount / 100) - round((final_amount - refund) / 100) end, false
    from sold where is_returned order by id
    """,
    """
    insert into till_return_lines (return_id, line, product_id, product_name, quantity, unit_price,
        disposition)
    select order_id, 1, product_id, product_name, returned, paid_for_one,
        case order_id %% 100 when 36 then 'discard' else 'restock' end
    from sold_lines where returned > 0 order by order_id
    """,
)

LAYAWAYS: tuple[LiteralString, ...] = (
    f"""
    insert into layaways (id, order_id, customer_id, status, due_date, total, paid, user_id, created_at,
        paid_at, cancelled_at, cancelled_by, cancel_reason, refunds, refund_shift_id)
    select id, id, customer_id,
        case when is_paid then 'PAID' when is_cancelled then 'CANCELLED' else 'OPEN' end,
        (at + interval '30 days')::date, final_amount,
        case when is_paid then final_amount else {DEPOSIT} end, user_id, at,
        case when is_paid then at end, case when is_cancelled then at end, case when is_cancelled then 1 end,
        case when is_cancelled then 'Ya no lo quiere' end,
        case when is_cancelled then jsonb_build_array({PART.format(DEPOSIT)}) end,
        case when is_cancelled then shift_id end
    from sold where is_layaway order by id
    """,
    f"""
    insert into layaway_payments (layaway_id, payments, amount, shift_id, user_id, created_at)
    select id, jsonb_build_array({CASH.format("part")}), part, shift_id, user_id, at
    from sold, lateral (
        select {DEPOSIT} as part union all select final_amount - {DEPOSIT} where is_paid
    ) as parts
    where is_layaway order by id
    """,
)

SENT_LATER: tuple[LiteralString, ...] = (
    """
    insert into synced_sales (key, client_id, register_id, seq, status, result, order_id, flags,
        content_hash, sale, received_at, received_from)
    select sold.client_id, sold.client_id, sold.register_id, seq, 'BOOKED', 'created', id,
        coalesce(flags, '{}'), md5(folio),
        jsonb_build_object('client_id', sold.client_id, 'seq', seq, 'sold_at', at, 'sold_by', sold.user_id,
            'customer', sold.customer_id, 'payments', coalesce(payments, jsonb_build_array(
                jsonb_build_object('payment_method', sold.payment_method, 'amount', sold.final_amount::text)
            )), 'items', items),
        at, sold.user_id
    from sold join orders using (id) join (
        select order_id as id, jsonb_agg(jsonb_build_object('product_id', product_id, 'quantity', quantity,
            'unit_total', paid_for_one::text) order by line) as items
        from sold_lines group by order_id
    ) as bought using (id)
    where is_synced order by id
    """,
    # Sales with a payment that nobody can take without the network; somebody has dismissed the older ones.
    """
    insert into synced_sales (key, client_id, register_id, status, flags, content_hash, sale, errors,
        received_at, received_from, dismissed_by, dismiss_reason)
    select return_uuid, return_uuid, register_id, case when is_recent then 'HELD' else 'DISMISSED' end, '{}',
        md5(folio), jsonb_build_object('client_id', return_uuid, 'seq', null),
        jsonb_build_object('payments', jsonb_build_array('POINTS')), at, user_id,
        case when not is_recent then 1 end, case when not is_recent then 'Cobrada' end
    from sold where id %% 1000 = 641 order by id
    """,
)

SALES = Rows(
    before=REGISTERS,
    batch=(
        ORDERS,
        """
        insert into order_lines (order_id, line, product_id, product_name, quantity, unit_price, tax_amount,
            discount_amount, amount, tax_rate)
        select order_id, line + 1, product_id, product_name, quantity, unit_price, tax_amount, 0, amount,
            '0.16'
        from sold_lines order by order_id, line
        """,
        *WEB,
        """
        insert into payment_attempts (order_id, number, charge_id, operation, method, user_id, points, credit,
            started_at, outcome)
        select id, 1, charge_id, uuid, 'CREDIT', user_id, 0, final_amount, at, 'charged'
        from sold where is_on_credit order by id
        """,
        *TILL_RETURNS,
        *LAYAWAYS,
        *SENT_LATER,
        LATE,
        """
        insert into operations (id, did, thing_id, at)
        select uuid, 'order.placed', id, at from sold where at > %(until)s - interval '2 days'
        union all select charge_id, 'order.paid', id, at from sold where at > %(until)s - interval '2 days'
        """,
        """
        insert into idempotency_keys (caller, method, path, key, fingerprint, operation_id, locked_until,
            created_at, status, headers, body)
        select 'user:' || user_id, 'POST', '/api/orders/', uuid::text, '', uuid, at, at, 201, '{}',
            repeat('x', 1000)::bytea
        from sold where at > %(until)s - interval '1 day'
        """,
        # Those of the last hour: what is older has been deleted.
        """
        insert into used_approvals (id, action, subject, user_id, approver_id, used_at, expires_at)
        select return_uuid, 'refund', id::text, user_id, 1, at, at + interval '2 minutes'
        from sold where is_returned and id %% 200 < 100 and at > %(until)s - interval '1 hour'
        """,
    ),
    after=(
        """
        insert into invoice_series (series, last_number) select 'A', count(*) from invoices
        on conflict (series) do update set last_number = excluded.last_number
        """,
        *SHIFTS,
        counted_on("orders"),
        counted_on("layaways"),
        "select setval(pg_get_serial_sequence('returns', 'id'), max(id)) from orders",
    ),
    grows=(
        "order_lines",
        "orders",
        "synced_sales",
        "invoices",
        "till_returns",
        "till_return_lines",
        "returns",
        "return_lines",
        "payment_attempts",
        "layaways",
        "layaway_payments",
        "shift_movements",
        "shifts",
        "shift_tenders",
        "shift_taxes",
        "shift_users",
        "shift_late",
        "shift_close_attempts",
    ),
)
