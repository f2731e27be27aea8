"""The rows of a shop's past in each service's database: before its orders, with a batch of them, after them.

They agree with one another as those of a shop that worked do (`make invariants`). Returns of the web shop
were rejected; those at the tills have brought their goods back. What was sold is in stock again at the end.
"""

from collections.abc import Mapping
from typing import LiteralString

from bench.growth.past import LINES
from bench.growth.sales import SALES
from bench.growth.statements import Rows, counted_on, marked
from bench.suite import PLENTY
from services.analytics.usecases.sales.rollups import OF_LINES, OF_SALES

RETENTION_DAYS = 40
SHOPPERS = 10_000
ENTRIES = LINES + 2
"""The ids that an order has in the ledger of stock: for its lines, for what came back, and for its waste."""

SKU: LiteralString = "'SKU-F' || to_char(n, 'FM0000000')"
# Of one in ten it is not known.
COST: LiteralString = "case when n %% 10 > 0 then round((5 + n %% 95) * 0.6, 2) end"
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


CATALOG = Rows(
    before=(
        f"""
        insert into products (id, name, description, sku, price, cost, tax_rate, current_stock,
            low_stock_threshold, is_active, created_at, updated_at)
        select n, {NAME}, 'A plain everyday thing, well made, that lasts for years.', {SKU},
            5 + n %% 95, {COST}, '0.16', {PLENTY}, 10, true, at, at
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
        insert into allocations (id, status, user_id, channel, lease_until, created_at, cancelled_at, sold_at)
        select uuid, case when is_cancelled then 'RELEASED' else 'CONFIRMED' end, user_id, channel,
            at + interval '1 minute', at, case when is_cancelled then at end, case when is_synced then at end
        from sold
        """,
        """
        insert into allocation_lines
            (allocation_id, product_id, line, quantity, product_name, price, tax_rate, short, counted)
        select uuid, product_id, line + 1, quantity, product_name, unit_price, '0.16', nullif(short, 0),
            case when short > 0 and not is_recent then short end
        from sold_lines join sold on id = order_id
        """,
        """
        insert into shortfalls (product_id, allocation_id, quantity, order_id, created_at)
        select product_id, uuid, short, id, at from sold_lines join sold on id = order_id
        where short > 0 and is_recent order by id
        """,
        """
        insert into returns (id, order_uuid, user_id, created_at)
        select return_uuid, uuid, user_id, at from sold where is_returned
        """,
        f"""
        insert into stock_ledger (id, product_id, change, balance, reason, reference, user_id, created_at)
        overriding system value
        select %(products)s + (order_id - 1) * {ENTRIES} + entry, product_id, change,
            {PLENTY} + least(change, 0), reason, coalesce(reference, uuid::text), user_id, at
        from sold_lines join sold on id = order_id, lateral (
            select line + 1 as entry, short - quantity as change, 'SALE' as reason, null as reference
            union all select {LINES} + 1, 1, 'RETURN', return_uuid::text where returned > 0
            union all select {LINES} + 2, -1, 'WASTE', return_uuid::text where returned > 0 and id %% 100 = 36
        ) as entered
        where not is_cancelled order by order_id, entry
        """,
    ),
    after=(
        # Every product comes back by one piece more than is missing, so that it has a line here.
        f"""
        insert into stock_ledger (id, product_id, change, balance, reason, reference, created_at)
        overriding system value
        select %(products)s + %(orders)s * {ENTRIES} + id, id, coalesce(pieces, 0) + 1, {PLENTY} + 1,
            'ADJUSTMENT', 'product-' || id, %(until)s
        from products left join (
            select product_id, -sum(change) as pieces from stock_ledger
            where reason in ('SALE', 'RETURN', 'WASTE') group by 1
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
        from sold where customer_id is not null and is_paid and round(final_amount / 100) > 0
        order by id
        """,
        # What came back has shrunk the points of its order; of every second one they were spent already, and
        # in the first half of the time later points have settled that.
        """
        insert into returned_orders (order_uuid, customer_id, kept_points, taken_back, user_id, returned_at)
        select uuid, customer_id, round((final_amount - refund) / 100),
            round(final_amount / 100) - round((final_amount - refund) / 100), user_id, at
        from sold where is_returned and customer_id is not null
        """,
        """
        insert into points_ledger (customer_id, amount, transaction_type, description, order_uuid, user_id,
            created_at)
        select sold.customer_id, -taken_back, 'ADJUSTMENT', 'Return ' || folio,
            case when id %% 200 = 36 then uuid end, case when id %% 200 = 36 then sold.user_id end, at
        from sold join returned_orders on order_uuid = uuid
        where taken_back > 0 and (id %% 200 = 36 or id <= %(orders)s / 2) order by id
        """,
        """
        insert into points_owed_ledger (customer_id, amount, order_uuid, created_at)
        select sold.customer_id, owed, case when owed > 0 then uuid end, at
        from sold join returned_orders on order_uuid = uuid, lateral (
            select taken_back as owed union all select -taken_back where id <= %(orders)s / 2
        ) as entered
        where taken_back > 0 and id %% 200 = 136 order by id, owed desc
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
        from sold where customer_id is not null and is_paid
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
        """
        update customers set points_owed = owed from (
            select customer_id, sum(amount) as owed from points_owed_ledger group by 1
        ) as owed_by where customer_id = id
        """,
        counted_on("customers"),
        INBOX,
    ),
    grows=(
        "points_ledger",
        "credit_ledger",
        "charges",
        "purchase_weeks",
        "returned_orders",
        "points_owed_ledger",
        "customers",
        "customer_changes",
    ),
)

# Analytics hears the descriptions of what was made through the gateway before; it has them already.
ANALYTICS = Rows(
    before=(
        f"""
        insert into products
            (product_id, name, sku, price, final_price, cost, low_stock_threshold, deleted, sequence)
        select n, {NAME}, {SKU}, 5 + n %% 95, round((5 + n %% 95) * 1.16, 2), {COST}, 10, false, 1
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
        select product_id, {PLENTY} + 1, %(products)s + %(orders)s * {ENTRIES} + product_id, true, 10,
            coalesce(cost, price), final_price
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
        select (at at time zone %(timezone)s)::date, order_id, product_id, quantity - returned,
            amount - returned * unit_price, tax_amount - returned * (paid_for_one - unit_price), '0.16',
            customer_id
        from sold_lines join sold on id = order_id where is_paid order by order_id, product_id
        """,
        """
        insert into sale_facts (order_id, channel, customer_id, user_id, payment_method, units, final_amount,
            paid_at, day, hour, tenders, lines_tell_customer)
        select id, channel, customer_id, user_id, payment_method, units - is_returned::int,
            final_amount - refund, at, (at at time zone %(timezone)s)::date,
            extract(hour from at at time zone %(timezone)s),
            case payment_method when 'MIXED'
                then jsonb_build_object('CASH', cash::text, 'CARD', (final_amount - cash)::text) end, true
        from sold where is_paid order by id
        """,
        """
        insert into return_facts (return_id, product_id, order_id, quantity, refund_amount, returned_at, day)
        select order_id, product_id, order_id, returned, paid_for_one, paid_at, day
        from sold_lines join sale_facts using (order_id) where returned > 0 order by order_id
        """,
        """
        insert into refund_facts (return_id, payment_method, order_id, amount)
        select id, 'CASH', id, refund from sold where is_returned
        """,
    ),
    after=(
        *(rollup.insert("sale_facts") for rollup in OF_SALES),
        *(rollup.insert("line_facts") for rollup in OF_LINES),
        INBOX,
    ),
    grows=(
        "line_facts",
        "sale_facts",
        "products_by_month",
        "products_by_year",
        "return_facts",
        "refund_facts",
        "sales_by_hour",
        "sales_by_user",
    ),
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
        """
        insert into audit_events (user_id, kind, actor_id, ip_address, user_agent, created_at, details)
        select 1, 'approval_given', user_id, '192.0.2.' || id %% 250, 'Mozilla/5.0', at,
            jsonb_build_object('action', 'refund', 'subject', id::text, 'limit', refund::text)
        from sold where is_returned and at > %(until)s - interval '365 days' order by id
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
