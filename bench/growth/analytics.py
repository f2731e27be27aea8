"""The rows of analytics: the facts of the orders, and the rollups of them."""

from bench.growth.statements import AFTER_THOSE, COST, ENTRIES, INBOX, NAME, SHOPPERS, SKU, Rows
from bench.suite import PLENTY
from services.analytics.usecases.sales.rollups import OF_LINES, OF_SALES

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
