"""Fills a service's database with as many rows as a large shop has.

Of suppliers, promotions, returns and carts there is a tenth.
"""

from collections.abc import Mapping
from typing import LiteralString

import psycopg
from psycopg import sql

from services.analytics.usecases.sales.rollups import OF_LINES, OF_SALES

ROWS = 200_000
SOLD = 100
"""How many of analytics' products are ever sold: those with the lowest ids."""

# A word in fifty thousand rows, one in a thousand, and one of its own for each row.
NAME: LiteralString = """
    (array['Café', 'Piñata', 'Coca Cola', 'Jabón'])[1 + n %% 4] || ' '
    || (array['ñandú', 'maíz'])[1 + (n %% 200 = 7)::int] || ' ' || to_char(n, 'FM000000')
"""

FILL: Mapping[str, tuple[LiteralString, ...]] = {
    "catalog": (
        f"""
        insert into suppliers (name, rfc)
        select {NAME}, case n %% 3 when 0 then null else 'RFC' || n end
        from generate_series(1, %(rows)s / 10) as n
        """,
        f"""
        insert into products (name, description, sku, price, tax_rate, current_stock, low_stock_threshold,
            supplier_id, is_active, created_at, updated_at, category, pet_type)
        select {NAME}, '', 'SKU-' || n, (n * 7919::bigint %% 100000) / 100.0,
            (array['0.16', '0.16', '0.08', 'EXENT'])[1 + n / 4 %% 4], n %% 500, 10,
            1 + n %% (%(rows)s / 10), true, at, at,
            case n %% 20000 when 7 then 'grooming' else 'food' end,
            case n %% 20000 when 8 then 'reptile' else 'dog' end
        from generate_series(1, %(rows)s) as n,
            lateral (select timestamptz '2025-01-01' + n * interval '1 minute' as at) created
        """,
        f"""
        insert into promotions (product_id, name, description, discount_percent, start_date, end_date,
            target_audience)
        select n * 10, {NAME}, '', 1 + n %% 90, date '2026-01-01' + n %% 300, date '2026-01-05' + n %% 300,
            'ALL'
        from generate_series(1, %(rows)s / 10) as n
        """,
        """
        insert into told_discounts (product_id, discount_percent)
        select product_id, discount_percent from promotions
        """,
        # Every product has sold one piece, of one in five hundred the last.
        """
        insert into stock_ledger (product_id, change, balance, reason, created_at)
        select id, current_stock + 1, current_stock + 1, 'INITIAL', created_at from products order by id
        """,
        """
        insert into stock_ledger (product_id, change, balance, reason, created_at)
        select id, -1, current_stock, 'SALE', created_at from products order by id
        """,
        # Far more shortfalls than any shop has: each product lacks a piece.
        """
        insert into allocations (id, status, user_id, channel, lease_until, created_at, sold_at)
        select md5(id::text)::uuid, 'CONFIRMED', 3, 'POS', created_at, created_at, created_at from products
        """,
        """
        insert into shortfalls (product_id, allocation_id, quantity, order_id, created_at)
        select id, md5(id::text)::uuid, 1, id, created_at from products order by id
        """,
    ),
    # Of a thousand orders at the till one is open, seven are cancelled; one in fifty is paid by points. Each
    # is followed by an order of the web store, with an invoice.
    "sales": (
        """
        insert into orders (id, uuid, channel, status, ticket_folio, user_id, customer_id, subtotal,
            total_tax, final_amount, money_saved_total, payment_method, created_at, paid_at, cancelled_at)
        overriding system value
        select 2 * n - 1, lpad(to_hex(2 * n - 1), 32, '0')::uuid, 'POS', status,
            upper(lpad(to_hex(n * 2654435761 %% 4294967296), 8, '0')), 1,
            nullif(n %% 20, 0) * 100 + n %% 97, 10, 0, 10, 0,
            case status when 'PAID' then case when n %% 50 = 7 then 'POINTS' else 'CASH' end end,
            at, case status when 'PAID' then at end, case status when 'CANCELLED' then at end
        from generate_series(1, %(rows)s::bigint) as n,
            lateral (select timestamptz '2024-01-01' + n * interval '30 seconds' as at,
                case when n %% 1000 = 1 then 'PENDING' when n %% 1000 between 2 and 8 then 'CANCELLED'
                    else 'PAID' end as status) placed
        """,
        # One in a thousand is in each state on the way, one in two hundred deleted, one in fifty never paid.
        """
        insert into orders (id, uuid, channel, status, ticket_folio, user_id, user_name, subtotal, total_tax,
            final_amount, money_saved_total, created_at, updated_at, payment_method, paid_at, cancelled_at,
            deleted_at)
        overriding system value
        select 2 * n, lpad(to_hex(2 * n), 32, '0')::uuid, 'WEB',
            case when n %% 1000 between 11 and 40 then 'cancelled' else coalesce(
                (array['pending', 'confirmed', 'processing', 'shipped'])[(n %% 1000)::int], 'delivered') end,
            'W' || to_char(n, 'FM0000000'), 1 + n * 7919 %% 10007, 'user', 10, 0, 10, 0, at, at,
            case when n %% 50 <> 1 then 'WEB' end, case when n %% 50 <> 1 then at end,
            case when n %% 1000 between 11 and 40 then at end, case when n %% 200 = 50 then at end
        from generate_series(1, %(rows)s::bigint) as n,
            lateral (select timestamptz '2024-01-01' + n * interval '30 seconds' as at) placed
        """,
        """
        insert into invoices (order_id, user_id, username, series, number, amount, status, due_date,
            created_at, paid_at, refunded_at, deleted_at)
        select id, user_id, user_name, 'A', n, final_amount,
            case when n %% 1000 between 11 and 40 then 'cancelled'
                when n %% 1000 between 42 and 46 then 'refunded' when n %% 50 = 1 then 'pending'
                else 'paid' end,
            created_at + interval '30 days', created_at, created_at,
            case when n %% 1000 between 42 and 46 then created_at end,
            case when n %% 200 = 70 then created_at end
        from orders, lateral (select id / 2 as n) numbered where channel = 'WEB'
        """,
        # One in five orders of the tills was a layaway; one in a hundred of them is open.
        """
        insert into layaways (order_id, customer_id, status, due_date, total, paid, user_id, created_at,
            paid_at)
        select id, 1 + id / 10 %% 5000, case id %% 1000 when 1 then 'OPEN' else 'PAID' end,
            created_at::date + 30, 10, case id %% 1000 when 1 then 5 else 10 end, 1, created_at,
            case id %% 1000 when 1 then null else created_at end
        from orders where channel = 'POS' and id %% 10 = 1 order by id
        """,
        """
        insert into layaway_payments (layaway_id, payments, amount, user_id, created_at)
        select id, '[{"payment_method": "CASH", "amount": "5.00", "reference": null, "card_kind": null}]', 5,
            1, created_at
        from layaways order by id
        """,
        """
        insert into returns (uuid, order_id, user_id, username, status, total_refund, created_at, updated_at,
            processed_at, deleted_at)
        select gen_random_uuid(), id, user_id, user_name,
            coalesce((array['requested', 'approved', 'rejected'])[(n %% 1000)::int], 'processed'), 10,
            created_at, created_at, case when n %% 1000 not in (1, 2, 3) then created_at end,
            case when n %% 200 = 70 then created_at end
        from orders, lateral (select id / 20 as n) numbered where channel = 'WEB' and id %% 20 = 0
        """,
        """
        insert into till_returns (uuid, operation, order_id, customer_id, status, user_id, reason,
            refund_amount, refund_method, shares, points_returned, created_at, done_at, kept_amount,
            points_taken_back, is_everything_back)
        select gen_random_uuid(), gen_random_uuid(), id, customer_id,
            case when n %% 500 = 3 then 'UNDONE' else 'DONE' end, user_id, 'Roto', 10,
            case n %% 1000 when 7 then 'CREDIT' when 8 then 'MIXED' else 'CASH' end,
            '[{"tender": 0, "payment_method": "CASH", "amount": "10.00", "points": 0}]', 0, created_at,
            done_at, case when n %% 500 <> 3 then 10 end, case when n %% 500 <> 3 then 0 end,
            case when n %% 500 <> 3 then false end
        from orders, lateral (
            select id / 20 as n, case when id / 20 %% 500 <> 3 then created_at end as done_at
        ) numbered where channel = 'POS' and id %% 20 = 1
        """,
        """
        insert into till_return_lines (return_id, line, product_id, product_name, quantity, unit_price,
            disposition)
        select id, 1, 1, 'Café', 1, 10, 'restock' from till_returns
        """,
        """
        insert into carts (user_id, username, created_at, updated_at)
        select n, 'user' || n, at, at
        from generate_series(1, %(rows)s / 10) as n, lateral (select timestamptz '2024-01-01' as at) made
        """,
        """
        insert into cart_lines (cart_id, product_id, product_name, quantity, seen_price, added_at)
        select id, 1 + n, 'Café', 1, 10, created_at from carts, generate_series(1, 2) as n
        """,
        """
        insert into registers (name, series, is_active)
        select 'Caja ' || n, 'C' || n, true from generate_series(1, 5) as n
        """,
        # The last shift of each register is open. Each has ten movements.
        """
        insert into shifts (register_id, status, opened_by, opened_at, opening_cash, expected_cash, closed_at,
            closed_by, counted_cash, left_in_drawer, z_number)
        select 1 + n %% 5, case when is_open then 'OPEN' else 'CLOSED' end,
            case when is_open then 1000 + n else 1 + n %% 97 end, at, 500, 500,
            case when not is_open then at + interval '8 hours' end, case when not is_open then 1 end,
            case when not is_open then 500 end, case when not is_open then 500 end,
            case when not is_open then 1 + n / 5 end
        from generate_series(0, %(rows)s / 10 - 1) as n, lateral (
            select n >= %(rows)s / 10 - 5 as is_open, timestamptz '2024-01-01' + n * interval '1 hour' as at
        ) opened
        """,
        """
        insert into shift_users (shift_id, user_id)
        select id, 1 + (id + n) %% 97 from shifts, generate_series(0, 2) as n
        """,
        """
        insert into shift_movements (shift_id, kind, amount, reason, user_id, created_at)
        select id, 'NO_SALE', 0, 'Cambio', 1, opened_at from shifts, generate_series(1, 10) as n
        """,
    ),
    "auth": (
        f"""
        insert into users (username, username_key, email, email_key, password_hash, first_name, last_name,
            phone_number, address, created_at)
        select 'u' || n, 'u' || n, 'u' || n || '@a.mx', 'u' || n || '@a.mx', '', {NAME}, 'Gómez',
            '', '', now()
        from generate_series(1, %(rows)s) as n
        """,
        """
        insert into user_roles (user_id, role)
        select n, case n %% 10000 when 7 then 'employee' when 8 then 'owner' else 'user' end
        from generate_series(1, %(rows)s) as n
        """,
        """
        insert into audit_events (user_id, kind, created_at, ip_address, user_agent, details)
        select 1 + n %% 1000, 'login', now(), '', '', '{}' from generate_series(1, %(rows)s) as n
        """,
        """
        insert into sessions (user_id, user_agent, ip_address, created_at, last_used_at, expires_at)
        select 1 + n %% 1000, '', '', at, at, at + interval '1 day'
        from generate_series(1, %(rows)s) as n,
            lateral (select timestamptz '2025-01-01' + n * interval '1 minute' as at) begun
        """,
    ),
    "customers": (
        f"""
        insert into customers (first_name, last_name, phone_number, email, birth_date, is_frequent,
            credit_used, created_at)
        select {NAME}, 'Gómez ' || n %% 1000, (5500000000 + n)::text,
            case n %% 3 when 0 then null else 'c' || n || '@a.mx' end,
            case n %% 3 when 0 then null else date '1950-01-01' + (n %% 20000)::int end, n %% 30 = 0,
            case n %% 10 when 0 then n %% 1000 else 0 end, now()
        from generate_series(1, %(rows)s::bigint) as n
        """,
        """
        insert into points_ledger (customer_id, amount, transaction_type, description, created_at)
        select 1 + n %% 1000, 1, 'EARN', '', timestamptz '2025-01-01' + n * interval '1 minute'
        from generate_series(1, %(rows)s) as n
        """,
        """
        insert into credit_ledger (customer_id, amount, transaction_type, description, created_at)
        select 1 + n %% 1000, 1, 'CHARGE', '', timestamptz '2025-01-01' + n * interval '1 minute'
        from generate_series(1, %(rows)s) as n
        """,
    ),
    # A stock of 10 and less is low: of one product in fifty.
    "analytics": (
        f"""
        insert into products (product_id, name, sku, price, final_price, cost, low_stock_threshold, deleted,
            sequence)
        select n, {NAME}, 'SKU-' || n, n %% 1000, n %% 1000 * 1.16, case when n %% 3 > 0 then n %% 700 end,
            10, n %% 1000 = 0, n
        from generate_series(1, %(rows)s) as n
        """,
        """
        insert into product_stocks (product_id, current_stock, ledger_id, in_catalog, low_stock_threshold,
            unit_cost, final_price)
        select product_id, product_id %% 500, product_id, not deleted, low_stock_threshold,
            coalesce(cost, price), final_price
        from products
        """,
        f"""
        insert into line_facts (day, order_id, product_id, quantity, amount, tax_amount, tax_rate)
        select date '2023-03-03' + (n * 1095 / %(rows)s)::int, n, 1 + n %% {SOLD}, 1, 100, 16, '0.16'
        from generate_series(1, %(rows)s::bigint) as n
        """,
        # The sales of those lines in the hours from 9 to 20; of twenty, one came back the day after.
        """
        insert into sale_facts (order_id, channel, user_id, payment_method, units, final_amount, paid_at, day,
            hour, lines_tell_customer)
        select order_id, 'POS', 7, (array['CASH', 'CARD'])[1 + order_id %% 2], 1, 116,
            (day + make_interval(hours => hour, mins => 30)) at time zone 'America/Mexico_City', day, hour,
            true
        from line_facts, lateral (select 9 + order_id::int %% 12 as hour) as placed order by order_id
        """,
        """
        insert into return_facts (return_id, product_id, order_id, quantity, refund_amount, returned_at, day)
        select order_id, product_id, order_id, 1, 116, (day + 1)::timestamptz, day + 1
        from line_facts where order_id %% 20 = 0 order by order_id
        """,
        """
        insert into stock_turns (product_id, ledger_id, day, in_stock)
        select product_id, order_id, day, order_id %% 2 = 0 from line_facts where order_id %% 20 < 2
        order by day
        """,
        *(rollup.insert("sale_facts") for rollup in OF_SALES),
        *(rollup.insert("line_facts") for rollup in OF_LINES),
    ),
    "chatbot": (
        f"""
        insert into chatbot_users (mobile_number, name, last_interaction)
        select '+52' || 5500000000 + n, {NAME}, timestamptz '2025-01-01' + n * interval '1 minute'
        from generate_series(1, %(rows)s::bigint) as n
        """,
    ),
}

SELECT_INDEXES = """
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
from pg_index join pg_class on pg_class.oid = indrelid
where relnamespace = 'public'::regnamespace and indnatts > 0
    and not exists (select from pg_constraint where conindid = indexrelid)
"""

# The same names and costs, and hardly any work: a plan depends on the rows, not on how a key is made.
CHEAP_FORMS: tuple[LiteralString, ...] = (
    """
    create or replace function folded(written text) returns text
    language plpgsql immutable strict parallel safe as $$ begin return lower(written); end $$
    """,
    """
    create or replace function dictionary_key(written text) returns bytea
    language plpgsql immutable strict parallel safe as $$ begin return convert_to(written, 'UTF8'); end $$
    """,
)


def fill(url: str, service: str, *, rows: int = ROWS, cheap_forms: bool = False) -> None:
    """Fill an empty database of a service, and analyse it. With `cheap_forms` texts are not folded."""
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("set maintenance_work_mem = '256MB'; set session_replication_role = replica")
        if cheap_forms:
            for function in CHEAP_FORMS:
                database.execute(function)
        indexes = database.execute(SELECT_INDEXES).fetchall()
        for name, _ in indexes:
            database.execute(sql.SQL("drop index {}").format(sql.Identifier(name)))
        for statement in FILL[service]:
            database.execute(statement, {"rows": rows})
        for _, definition in indexes:
            database.execute(definition.encode())
        database.execute("vacuum analyze")
