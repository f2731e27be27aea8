"""The payments and refunds on which the owner's figures by method rest: see `rules.BETWEEN`."""

from typing import LiteralString

TENDERS = "analytics has what each method paid of the sales of which nothing came back"
REFUNDS = "analytics knows by which methods a return gave its money back"

# Where one method paid all, the sale itself says so, which another rule compares.
TENDERS_OF_ANALYTICS: LiteralString = """
select order_id, key as method, value::numeric as amount
from sale_facts cross join jsonb_each_text(tenders)
where not exists (select from return_facts where return_facts.order_id = sale_facts.order_id)
order by order_id, method
"""
# After `with counted, came_back`.
TENDERS_OF_SALES: LiteralString = """
select id, tender.payment_method, sum(tender.amount) from counted
    cross join jsonb_to_recordset(payments) as tender(payment_method text, amount numeric)
where counted.payment_method = 'MIXED' and id not in (select order_id from came_back)
group by id, tender.payment_method order by id, tender.payment_method
"""

REFUNDS_OF_ANALYTICS: LiteralString = """
select return_id, payment_method, order_id, amount from refund_facts where amount <> 0
order by return_id, payment_method
"""
REFUNDS_OF_SALES: LiteralString = """
select till_returns.id, share ->> 'payment_method', order_id, sum((share ->> 'amount')::numeric)
from till_returns cross join jsonb_array_elements(shares) as share
where status = 'DONE'
group by till_returns.id, share ->> 'payment_method', order_id having sum((share ->> 'amount')::numeric) <> 0
order by till_returns.id, share ->> 'payment_method'
"""
