"""The rows of a shop's past in each service's database: before its orders, with a batch of them, after them.

They agree with one another as those of a shop that worked do (`make invariants`). Returns were rejected, so
that no goods came back. What was sold is in stock again at the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString

from bench.growth.past import LINES
from bench.suite import PLENTY
from services.analytics.usecases.sales.rollups import OF_LINES, OF_SALES

RETENTION_DAYS = 40
SHOPPERS = 10_000

SKU: LiteralString = "'SKU-F' || to_char(n, 'FM0000000')"
NAME: LiteralString = """
    (array['Café', 'Piñata', 'Coca Cola', 'Jabón'])[1 + n %% 4] || ' '
    || (array['ñandú', 'maíz'])[1 + (n %% 200 = 7)::int] || ' ' || to_char(n, 'FM0000000')
"""
AFTER_THOSE: LiteralString = "from generate_series(1 + (select coalesce(max({0}), 0) from {1}), {2}) as n"

# Pruned tables have what was written in the time for which it is kept.
INBOX: LiteralString = f"""
insert into inbox (event_id, received_at)
select gen_random_uuid(), %(until)s::timestamptz - n * %(step)s::interval / 2
from generate_series(1, 2 * least(%(orders)s, %(orders)s * {RETENTION_DAYS} / %(days)s)) as n
"""


def counted_on(table: LiteralString, column: LiteralString = "id") -> LiteralString:
    """Let the table's ids go on after the highest."""
    return f"select setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) from {table}"


def marked(thing: LiteralString) -> LiteralString:
    """The marks that triggers make, which are off while tables are filled."""
    return f"""insert into {thing}_changes (id, changed_in) select id, pg_current_xact_id() from {thing}s
    on conflict do nothing"""


@dataclass(frozen=True, slots=True)
class Rows:
    """Statements that insert the rows of a service: once before the orders, for each batch, once after."""

    before: tuple[LiteralString, ...] = ()
    batch: tuple[LiteralString, ...] = ()
    after: tuple[LiteralString, ...] = ()
    grows: tuple[LiteralString, ...] = ()
    """The tables that are never pruned and grow with the orders, the largest first."""


SALES = Rows(
    batch=(
        """
        insert into orders (id, uuid, channel, status, ticket_folio, user_id, user_name, customer_id,
            customer_name, subtotal, total_tax, final_amount, money_saved_total, payment_method, created_at,
            paid_at, cancelled_at, updated_at, shipped_at)
        overriding system value
        select id, uuid, channel, case when is_cancelled then 'CANCELLED' when channel = 'WEB'
                then 'delivered' else 'PAID' end,
            folio, user_id, 'user' || user_id, customer_id, 'Customer ' || customer_id, subtotal, total_tax,
            final_amount, 0, case when not is_cancelled then payment_method end, at,
            case when not is_cancelled then at end, case when is_cancelled then at end,
            case channel when 'WEB' then at end, case channel when 'WEB' then at end
        from sold order by id
        """,
        """
        insert into order_lines (order_id, line, product_id, product_name, quantity, unit_price, tax_amount,
            discount_amount, amount, tax_rate)
        select order_id, line + 1, product_id, product_name, quantity, unit_price, tax_amount, 0, amount,
            '0.16'
        from sold_lines order by order_id, line
        """,
        """
        insert into invoices (order_id, user_id, username, series, number, amount, status, due_date,
            created_at, paid_at)
        select id, user_id, 'user' || user_id, 'A', row_number() over (order by id)
                + coalesce((select max(number) from invoices), 0),
            final_amount, 'paid', at + interval '30 days', at, at
        from sold where channel = 'WEB' order by id
        """,
        """
        insert into payment_attempts (order_id, number, charge_id, operation, method, user_id, points, credit,
            started_at, outcome)
        select id, 1, charge_id, uuid, 'CREDIT', user_id, 0, final_amount, at, 'charged'
        from sold where is_on_credit order by id
        """,
        """
        insert into returns (uuid, order_id, user_id, username, status, total_refund, created_at, updated_at)
        select md5('return ' || sold.id)::uuid, sold.id, user_id, 'user' || user_id, 'rejected',
            unit_price * 1.16, at, at
        from sold join sold_lines on order_id = sold.id and line = 0
        where sold.id %% 50 = 4 order by sold.id
        """,
        """
        insert into return_lines (return_id, line, product_id, product_name, quantity, unit_price, reason,
            refund_amount, disposition)
        select returns.id, 1, product_id, product_name, 1, unit_price * 1.16, 'damaged', unit_price * 1.16,
            'discard'
        from sold_lines join returns using (order_id) where line = 0 order by returns.id
        """,
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
    ),
    after=(
        """
        insert into invoice_series (series, last_number) select 'A', count(*) from invoices
        on conflict (series) do update set last_number = excluded.last_number
        """,
        counted_on("orders"),
    ),
    grows=("order_lines", "orders", "invoices", "returns", "return_lines", "payment_attempts"),
)

CATALOG = Rows(
    before=(
        f"""
        insert into products (id, name, description, sku, price, tax_rate, current_stock, low_stock_threshold,
            is_active, created_at, updated_at)
        select n, {NAME}, 'A plain everyday thing, well made, that lasts for years.', {SKU},
            5 + n %% 95, '0.16', {PLENTY}, 10, true, at, at
        {AFTER_THOSE.format("id", "products", "%(products)s")},
            lateral (select %(until)s::timestamptz - (%(days)s + 1) * interval '1 day' as at) as made
        """,
        f"""
        insert into stock_ledger (id, product_id, change, balance, reason, created_at)
        overriding system value
        select id, id, {PLENTY}, {PLENTY}, 'INITIAL', created_at from products
        where not exists (select from stock_ledger where product_id = products.id) order by id
        """,
        marked("product"),
    ),
    batch=(
        """
        insert into allocations (id, status, user_id, channel, lease_until, created_at, cancelled_at)
        select uuid, case when is_cancelled then 'RELEASED' else 'CONFIRMED' end, user_id, channel,
            at + interval '1 minute', at, case when is_cancelled then at end
        from sold
        """,
        """
        insert into allocation_lines
            (allocation_id, product_id, line, quantity, product_name, price, tax_rate)
        select uuid, product_id, line + 1, quantity, product_name, unit_price, '0.16'
        from sold_lines join sold on id = order_id
        """,
        f"""
        insert into stock_ledger (id, product_id, change, balance, reason, reference, user_id, created_at)
        overriding system value
        select %(products)s + (order_id - 1) * {LINES} + line + 1, product_id, -quantity, {PLENTY} - quantity,
            'SALE', uuid::text, user_id, at
        from sold_lines join sold on id = order_id where not is_cancelled order by order_id, line
        """,
    ),
    after=(
        # Every product comes back by one piece more than was sold of it, so that it has a line here.
        f"""
        insert into stock_ledger (id, product_id, change, balance, reason, reference, created_at)
        overriding system value
        select %(products)s + %(orders)s * {LINES} + id, id, coalesce(pieces, 0) + 1, {PLENTY} + 1,
            'ADJUSTMENT', 'product-' || id, %(until)s
        from products left join (
            select product_id, -sum(change) as pieces from stock_ledger where reason = 'SALE' group by 1
        ) as sold on product_id = id
        order by id
        """,
        f"update products set current_stock = {PLENTY} + 1",
        counted_on("products"),
        counted_on("stock_ledger"),
        INBOX,
    ),
    grows=("stock_ledger", "allocation_lines", "allocations", "products", "product_changes"),
)

CUSTOMERS = Rows(
    before=(
        f"""
        insert into customers (id, first_name, last_name, phone_number, email, created_at)
        overriding system value
        select n, {NAME}, 'Gómez ' || n %% 1000, (6600000000 + n)::text,
            case when n %% 3 > 0 then 'c' || n || '@a.mx' end, %(until)s - interval '3 years'
        {AFTER_THOSE.format("id", "customers", "%(customers)s::bigint")}
        """,
        marked("customer"),
    ),
    batch=(
        """
        insert into points_ledger (customer_id, amount, transaction_type, description, reference, user_id,
            created_at)
        select customer_id, round(final_amount / 100), 'EARN', 'Purchase ' || folio, uuid, user_id, at
        from sold where customer_id is not null and not is_cancelled and round(final_amount / 100) > 0
        order by id
        """,
        """
        insert into charges (id, customer_id, order_uuid, ticket_folio, credit, user_id, made_at)
        select charge_id, customer_id, uuid, folio, final_amount, user_id, at from sold where is_on_credit
        """,
        """
        insert into credit_ledger (customer_id, amount, transaction_type, description, reference, user_id,
            created_at)
        select customer_id, final_amount, 'CHARGE', 'Purchase ' || folio, charge_id, user_id, at
        from sold where is_on_credit order by id
        """,
        """
        insert into purchase_weeks (customer_id, month, week)
        select distinct customer_id, date_trunc('month', at at time zone %(timezone)s)::date,
            date_trunc('week', at at time zone %(timezone)s)::date
        from sold where customer_id is not null and not is_cancelled
        on conflict do nothing
        """,
    ),
    after=(
        """
        insert into credit_ledger (customer_id, amount, transaction_type, description, user_id, created_at)
        select customer_id, sum(amount), 'PAYMENT', 'Paid', 1, %(until)s from credit_ledger group by 1
        """,
        """
        update customers set current_points = earned from (
            select customer_id, sum(amount) as earned from points_ledger group by 1
        ) as earned_by where customer_id = id
        """,
        counted_on("customers"),
        INBOX,
    ),
    grows=("points_ledger", "credit_ledger", "charges", "purchase_weeks", "customers", "customer_changes"),
)

# Analytics hears the descriptions of what was made through the gateway before; it has them already.
ANALYTICS = Rows(
    before=(
        f"""
        insert into products
            (product_id, name, sku, price, final_price, low_stock_threshold, deleted, sequence)
        select n, {NAME}, {SKU}, 5 + n %% 95, round((5 + n %% 95) * 1.16, 2), 10, false, 1
        {AFTER_THOSE.format("product_id", "products", "%(products)s")}
        """,
        f"""
        insert into stock_turns (product_id, ledger_id, day, in_stock)
        select n, n, (began at time zone %(timezone)s)::date, true
        {AFTER_THOSE.format("product_id", "product_stocks", "%(products)s")},
            lateral (select %(until)s::timestamptz - (%(days)s + 1) * interval '1 day' as began) as made
        """,
        f"""
        insert into product_stocks (product_id, current_stock, ledger_id, in_catalog, low_stock_threshold,
            unit_cost, final_price)
        select product_id, {PLENTY} + 1, %(products)s + %(orders)s * {LINES} + product_id, true, 10, price,
            final_price
        from products
        on conflict (product_id) do update set current_stock = excluded.current_stock,
            ledger_id = excluded.ledger_id
        """,
        f"""
        insert into customers (customer_id, first_name, last_name, email, is_frequent, deleted, sequence)
        select n, {NAME}, 'Gómez ' || n %% 1000, case when n %% 3 > 0 then 'c' || n || '@a.mx' end, false,
            false, 1
        {AFTER_THOSE.format("customer_id", "customers", "%(customers)s::bigint")}
        """,
        f"""
        insert into users (user_id, username, email, deleted, sequence)
        select n, 'user' || n, 'u' || n || '@a.mx', false, 1
        {AFTER_THOSE.format("user_id", "users", str(SHOPPERS))}
        """,
    ),
    batch=(
        """
        insert into line_facts (day, order_id, product_id, quantity, amount, tax_amount, tax_rate,
            customer_id)
        select (at at time zone %(timezone)s)::date, order_id, product_id, quantity, amount, tax_amount,
            '0.16', customer_id
        from sold_lines join sold on id = order_id where not is_cancelled order by order_id, product_id
        """,
        """
        insert into sale_facts (order_id, channel, customer_id, user_id, payment_method, units, final_amount,
            paid_at, day, hour, lines_tell_customer)
        select id, channel, customer_id, user_id, payment_method, units, final_amount, at,
            (at at time zone %(timezone)s)::date, extract(hour from at at time zone %(timezone)s), true
        from sold where not is_cancelled order by id
        """,
    ),
    after=(
        *(rollup.insert("sale_facts") for rollup in OF_SALES),
        *(
            rollup.insert(
                "(select date_trunc('month', day)::date as month, line_facts.* from line_facts) as line_facts"
            )
            for rollup in OF_LINES
        ),
        INBOX,
    ),
    grows=("line_facts", "sale_facts", "products_by_month", "sales_by_hour", "sales_by_user"),
)

AUTH = Rows(
    before=(
        f"""
        insert into users (id, username, username_key, email, email_key, password_hash, first_name, last_name,
            phone_number, address, created_at)
        overriding system value
        select n, 'user' || n, 'user' || n, 'u' || n || '@a.mx', 'u' || n || '@a.mx', '', {NAME}, 'Gómez',
            '', '', %(until)s
        {AFTER_THOSE.format("id", "users", str(SHOPPERS))}
        """,
        """
        insert into user_roles (user_id, role) select id, 'user' from users
        where not exists (select from user_roles where user_id = users.id)
        """,
        counted_on("users"),
    ),
    # A login for each order, of which sessions are kept 30 days after their end and audits for a year.
    batch=(
        """
        insert into sessions (user_id, user_agent, ip_address, created_at, last_used_at, expires_at)
        select user_id, 'Mozilla/5.0', '192.0.2.' || id %% 250, at, at, at + interval '1 day'
        from sold where at > %(until)s - interval '31 days' order by id
        """,
        """
        insert into audit_events (user_id, kind, actor_id, ip_address, user_agent, created_at, details)
        select user_id, 'login', user_id, '192.0.2.' || id %% 250, 'Mozilla/5.0', at, '{}'
        from sold where at > %(until)s - interval '365 days' order by id
        """,
    ),
    grows=("audit_events", "sessions", "users"),
)

# The longest first: two at a time are filled.
ROWS: Mapping[str, Rows] = {
    "catalog": CATALOG,
    "analytics": ANALYTICS,
    "sales": SALES,
    "customers": CUSTOMERS,
    "auth": AUTH,
}
