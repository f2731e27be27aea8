"""The rows of catalog: products, and their stock as the orders moved it; in the end it is all there again."""

from bench.growth.past import LINES
from bench.growth.statements import AFTER_THOSE, COST, ENTRIES, INBOX, NAME, SKU, Rows, counted_on, marked
from bench.suite import PLENTY

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
