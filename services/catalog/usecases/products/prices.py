"""Keeps the prices of the past, so that a sale that arrives late is judged by the price of its moment.

A product's price, tax rate and promotions are written down in the transaction that changes any of them.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import LiteralString

from libs.common.db.database import Transaction
from libs.common.db.pruning import Prunable
from libs.common.store_calendar import Moment

# A sale arrives up to 30 days late with the time of then (contract §8.6).
PAST_PRICES = Prunable("product_prices", "until", timedelta(days=40))

# Sales tell their moment to the second: what is sold in the second of a change has the new price. The clock
# of the process before may be ahead: a price never begins before the one that it replaces.
# A row is ended or gets another price, not both: which of two changes a statement makes is not defined.
REMEMBER: LiteralString = """
    with present as (
        select product.id as product_id, product.price, product.tax_rate, coalesce((
            select jsonb_agg(jsonb_build_object('discount_percent', discount_percent::text,
                'target_audience', target_audience, 'start_date', start_date, 'end_date', end_date)
                order by start_date)
            from promotions where product_id = product.id and end_date >= %(today)s::date
        ), '[]') as promotions
        from products product where id = any(%(ids)s)
    ), changed as (
        select present.*, greatest(known.since, date_trunc('second', %(now)s::timestamptz)) as since
        from present
        left join product_prices known on known.product_id = present.product_id and known.until is null
        where (known.price, known.tax_rate, known.promotions)
            is distinct from (present.price, present.tax_rate, present.promotions)
    ), ended as (
        update product_prices set until = changed.since
        from changed
        where product_prices.product_id = changed.product_id and until is null
            and product_prices.since < changed.since
    )
    insert into product_prices (product_id, since, price, tax_rate, promotions)
    select product_id, since, price, tax_rate, promotions from changed
    on conflict (product_id, since) do update
    set price = excluded.price, tax_rate = excluded.tax_rate, promotions = excluded.promotions
"""

PRICED_THEN: LiteralString = """
    left join product_prices known on known.product_id = product.id
        and known.since <= %(sold_at)s and (known.until is null or known.until > %(sold_at)s)
    left join lateral (
        select discount_percent, target_audience
        from jsonb_to_recordset(known.promotions) as past
            (discount_percent numeric(5, 2), target_audience text, start_date date, end_date date)
        where %(sold_on)s between start_date and end_date
        union all
        select discount_percent, target_audience from promotions
        where known.product_id is null and promotions.product_id = product.id
            and daterange(start_date, end_date, '[]') @> %(today)s::date
        limit 1
    ) promoted on true
    cross join lateral (
        select coalesce(known.price, product.price) as price,
            coalesce(known.tax_rate, product.tax_rate) as tax_rate,
            known.product_id is not null as priced_then,
            promoted.discount_percent, promoted.target_audience
    ) priced
"""
"""Joins to `product` what it cost at `sold_at`, on the store's day `sold_on`, as `priced`; else `today`."""


async def remember_prices(tx: Transaction, product_ids: Sequence[int], *, now: Moment) -> None:
    """Write down the prices of these products, which `tx` has locked or created, if they are others now."""
    if product_ids:
        await tx.execute(REMEMBER, {"ids": product_ids, "now": now.at, "today": now.day})
