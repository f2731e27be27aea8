"""The invariants that can be read off the databases, as statements.

Numbers are those of the design's list of invariants. A rule inside one database holds at every moment. A rule
between two databases is compared row by row; the two are read one after the other, so that a difference may
be work under way.
"""

from dataclasses import dataclass
from typing import LiteralString

from libs.common.contracts.registry import PUBLISHERS
from tests.e2e.invariants import of_approvals, of_figures, of_late_sales
from tests.e2e.invariants.of_shifts import OF_SHIFTS

STOCK, MONEY, EVENTS, ANALYTICS = 1, 2, 3, 4

BROKEN_ROWS_MAX = 100
"""Rows that are read of a broken rule."""


@dataclass(frozen=True, slots=True)
class Inside:
    """A rule in the database of one service: `broken` selects the rows that break it."""

    invariant: int
    name: str
    service: str
    broken: LiteralString


@dataclass(frozen=True, slots=True)
class Between:
    """A rule that two services have the same rows. Both sort them by the first `key` columns, a unique key.

    `of` selects the rows of `service`, `of_owner` those of the `owner`, who is read later. `order` is the
    index of the column with the order's uuid, if there is one.
    """

    invariant: int
    name: str
    service: str
    of: LiteralString
    of_owner: LiteralString
    key: int = 1
    order: int | None = 0
    owner: str = "sales"


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Work that is not finished: `waiting` selects its number and the time of the oldest piece."""

    name: str
    service: str
    waiting: LiteralString


CLAIMS_PIECES: LiteralString = "status <> 'rejected' and (deleted_at is null or status = 'processed')"
"""Whether a return counts: open, or processed, which stays so even if the return is deleted."""

INSIDE: tuple[Inside, ...] = (
    Inside(
        STOCK,
        "every product's stock is the sum of its ledger, and not below 0",
        "catalog",
        """select products.id as product, current_stock as stock, coalesce(sum(change), 0) as ledger
        from products left join stock_ledger on product_id = products.id
        group by products.id having current_stock <> coalesce(sum(change), 0) or current_stock < 0""",
    ),
    Inside(
        STOCK,
        "an allocation has taken its lines from stock once, and a released one what did not go back",
        "catalog",
        """with held as (
            select allocation_id::text as reference, product_id,
                case status when 'RELEASED' then kept
                    else line.quantity - coalesce(counted, 0) - coalesce(shortfalls.quantity, 0)
                end as quantity
            from allocations join allocation_lines line on line.allocation_id = allocations.id
            left join shortfalls using (allocation_id, product_id)
            where status <> 'RELEASED' or kept > 0
        ), moved as (
            select reference, product_id, -sum(change) as taken from stock_ledger
            where reason in ('SALE', 'RELEASE', 'CANCELLATION')
            group by reference, product_id having sum(change) <> 0
        )
        select reference as order_uuid, product_id, quantity as should_take, taken
        from held full join moved using (reference, product_id)
        where coalesce(quantity, 0) <> coalesce(taken, 0)""",
    ),
    Inside(
        STOCK,
        "what is missing was sold by a sale that has happened, and no more than that",
        "catalog",
        """select shortfalls.id, shortfalls.quantity, line.quantity as sold from shortfalls
        join allocations on allocations.id = allocation_id
        left join allocation_lines line using (allocation_id, product_id)
        where sold_at is null or status <> 'CONFIRMED'
            or shortfalls.quantity > coalesce(line.quantity - coalesce(counted, 0), 0)""",
    ),
    Inside(
        STOCK,
        "a return has its goods in the ledger, and no more of them is written off",
        "catalog",
        """with entered as (
            select reference, product_id, sum(change) filter (where reason = 'RETURN') as returned,
                -sum(change) filter (where reason = 'WASTE') as discarded
            from stock_ledger where reason in ('RETURN', 'WASTE') group by reference, product_id
        )
        select coalesce(id::text, reference) as return, product_id, returned, discarded
        from returns full join entered on reference = id::text
        where (id is null and returned is not null)
            or (id is not null and (returned is null or discarded > returned))""",
    ),
    Inside(
        STOCK,
        "no order stands whose stock was released and could not be taken again",
        "catalog",
        "select id as order_uuid, short_since from allocations where short_since is not null",
    ),
    Inside(
        MONEY,
        "every customer's points are the sum of the ledger, and not below 0",
        "customers",
        """select customers.id as customer, current_points, coalesce(sum(amount), 0) as ledger
        from customers left join points_ledger on customer_id = customers.id
        group by customers.id having current_points <> coalesce(sum(amount), 0) or current_points < 0""",
    ),
    Inside(
        MONEY,
        "every customer's points owed are the sum of the ledger, and not below 0",
        "customers",
        """select customers.id as customer, points_owed, coalesce(sum(amount), 0) as ledger
        from customers left join points_owed_ledger on customer_id = customers.id
        group by customers.id having points_owed <> coalesce(sum(amount), 0) or points_owed < 0""",
    ),
    Inside(
        MONEY,
        "an order of which something came back has earned the points of what was kept",
        "customers",
        """with gone as (
            select order_uuid, sum(points) as points from (
                select order_uuid, -amount as points from points_ledger
                union all select order_uuid, amount from points_owed_ledger
            ) as lines where order_uuid is not null group by order_uuid
        ), returned as (
            select order_uuid as returned, kept_points, taken_back, gone.points as gone
            from returned_orders full join gone using (order_uuid)
        )
        select returned, kept_points, taken_back, gone, earned.amount as earned
        from returned left join points_ledger earned
            on reference = returned and transaction_type = 'EARN'
        where taken_back is distinct from coalesce(gone, 0)
            or taken_back <> greatest(coalesce(earned.amount, 0) - kept_points, 0)""",
    ),
    Inside(
        MONEY,
        "every customer's debt is the sum of the ledger, and not below 0",
        "customers",
        """with owed as (
            select customer_id,
                sum(case transaction_type when 'PAYMENT' then -amount else amount end) as ledger
            from credit_ledger group by customer_id
        )
        select id as customer, credit_used, ledger from customers left join owed on customer_id = id
        where credit_used <> coalesce(ledger, 0) or credit_used < 0""",
    ),
    Inside(
        MONEY,
        "a charge has its line in the ledger, once, and gives back at most what it took",
        "customers",
        """with redeemed as (
            select reference, -sum(amount) as points from points_ledger
            where transaction_type = 'REDEEM' and reference is not null group by reference
        ), owed as (
            select reference, sum(amount) as credit from credit_ledger
            where transaction_type = 'CHARGE' and reference is not null group by reference
        ), refunded as (
            select charge_id, sum(points) as points, sum(credit) as credit
            from charge_refunds group by charge_id
        )
        select charges.id as charge, order_uuid, charges.points, charges.credit,
            redeemed.points as points_taken, owed.credit as credit_taken, refunded_points, refunded_credit
        from charges
            left join redeemed on redeemed.reference = charges.id
            left join owed on owed.reference = charges.id
            left join refunded on refunded.charge_id = charges.id
        where charges.points <> coalesce(redeemed.points, 0) or charges.credit <> coalesce(owed.credit, 0)
            or refunded_points <> coalesce(refunded.points, 0)
            or refunded_credit <> coalesce(refunded.credit, 0)
            or refunded_points > charges.points or refunded_credit > charges.credit""",
    ),
    Inside(
        MONEY,
        "an order is paid from a balance by exactly one charge, and PAYING with one open attempt",
        "sales",
        """with attempts as (
            select order_id, count(*) filter (where outcome = 'charged') as charged,
                count(*) filter (where outcome is null) as open
            from payment_attempts group by order_id
        )
        select id as order_id, status, payment_method, coalesce(charged, 0) as charged,
            coalesce(open, 0) as open
        from orders left join attempts on order_id = id
        where coalesce(open, 0) <> case status when 'PAYING' then 1 else 0 end
            or coalesce(charged, 0) <> case
                when status = 'PAID' and final_amount > 0 and (payment_method in ('POINTS', 'CREDIT')
                    or payments @> '[{"payment_method": "POINTS"}]'
                    or payments @> '[{"payment_method": "CREDIT"}]') then 1
                else 0 end""",
    ),
    Inside(
        MONEY,
        "the tenders of a paid order add up to its total, and its cash to no more than was received",
        "sales",
        """with paid as (
            select id, sum(amount) as amount,
                sum(amount) filter (where tender.payment_method = 'CASH') as cash,
                case count(distinct tender.payment_method)
                    when 1 then min(tender.payment_method) else 'MIXED' end as method
            from orders cross join jsonb_to_recordset(payments) tender (payment_method text, amount numeric)
            group by id
        )
        select id as order_id, status, final_amount, paid.amount, payment_method, cash_received, cash
        from orders join paid using (id)
        where status <> 'PAID' or final_amount <> paid.amount or payment_method <> method
            or cash_received < coalesce(cash, 0)""",
    ),
    *(Inside(MONEY, name, "sales", broken) for name, broken in OF_SHIFTS),
    Inside(MONEY, of_approvals.USED_ONCE, "sales", of_approvals.BROKEN),
    Inside(MONEY, of_late_sales.BOOKED_ONCE, "sales", of_late_sales.BROKEN),
    Inside(
        MONEY,
        "a layaway was paid what its payments say, and is PAID with its order when nothing is left to pay",
        "sales",
        """with received as (
            select layaway_id, sum(amount) as amount from layaway_payments group by layaway_id
        ), waiting as (
            select id as order_id, status as order_status, final_amount, layaway_id as layaway
            from orders where layaway_id is not null
        )
        select layaways.id, layaway, order_id, status, order_status, total, final_amount, paid, amount
        from layaways left join received on layaway_id = layaways.id full join waiting using (order_id)
        where layaway is distinct from layaways.id or total <> final_amount
            or paid <> coalesce(amount, 0) or paid > total or (status = 'PAID') <> (paid = total)
            or order_status <> case status when 'OPEN' then 'PENDING' else status end""",
    ),
    Inside(
        STOCK,
        "no more of an order is returned than was bought",
        "sales",
        f"""with returned as (
            select order_id, product_id, sum(quantity) as returned
            from returns join return_lines on return_id = id
            where {CLAIMS_PIECES} group by order_id, product_id
        )
        select order_id, product_id, quantity as bought, returned
        from returned left join order_lines using (order_id, product_id)
        where returned > coalesce(quantity, 0)""",
    ),
    Inside(
        STOCK,
        "no more comes back at a till than was sold, and of a paid order only",
        "sales",
        """with returned as (
            select order_id, product_id, sum(quantity) as returned
            from till_returns join till_return_lines on return_id = id
            where status <> 'UNDONE' group by order_id, product_id
        ), sold as (
            select order_id, product_id, sum(quantity) as sold from order_lines group by order_id, product_id
        )
        select order_id, product_id, sold, returned, status
        from returned left join sold using (order_id, product_id) join orders on id = order_id
        where returned > coalesce(sold, 0) or channel <> 'POS' or status <> 'PAID'""",
    ),
    Inside(
        MONEY,
        "a return at a till gives back what was paid for its pieces, and an order adds its returns up",
        "sales",
        """with lines as (
            select return_id, sum(quantity * unit_price) as worth from till_return_lines group by return_id
        ), given as (
            select id as return_id, coalesce(sum((share ->> 'amount')::numeric), 0) as given
            from till_returns left join jsonb_array_elements(shares) as share on true group by id
        ), refunded as (
            select order_id, sum(refund_amount) as refunded,
                bool_and(refund_amount = worth and refund_amount = given) as is_exact
            from till_returns join lines on return_id = id join given using (return_id)
            where status = 'DONE' group by order_id
        )
        select id as order_id, final_amount, refunded_amount, refunded, is_exact
        from orders full join refunded on order_id = id
        where refunded_amount is distinct from refunded or is_exact is false
            or refunded_amount > final_amount""",
    ),
    Inside(
        MONEY,
        "no tender gives back more than it has paid",
        "sales",
        """with given as (
            select order_id, (share ->> 'tender')::int as place, sum((share ->> 'amount')::numeric) as given
            from till_returns, jsonb_array_elements(shares) as share
            where status <> 'UNDONE' group by 1, 2
        )
        select order_id, place, given, payments
        from given join orders on id = order_id
        where given > coalesce((payments -> place ->> 'amount')::numeric, final_amount)""",
    ),
    Inside(
        STOCK,
        "a cancelled order that was not shipped has no open return",
        "sales",
        """select returns.id as return, order_id, returns.status
        from returns join orders on orders.id = order_id
        where orders.status = 'cancelled' and shipped_at is null
            and returns.status in ('requested', 'approved') and returns.deleted_at is null""",
    ),
    Inside(
        MONEY,
        "a return refunds the sum of its lines, at most what was paid for them",
        "sales",
        """with lines as (
            select return_id, sum(refund_amount) as refunds,
                bool_and(return_lines.unit_price * order_lines.quantity = amount + tax_amount
                    and refund_amount <= return_lines.unit_price * return_lines.quantity) as is_paid_price
            from return_lines join returns on returns.id = return_id
                left join order_lines using (order_id, product_id)
            group by return_id
        )
        select id as return, total_refund, refunds, is_paid_price
        from returns left join lines on return_id = id
        where total_refund is distinct from refunds or is_paid_price is not true""",
    ),
    Inside(
        MONEY,
        "an order has one live invoice at most, over its total and for its buyer",
        "sales",
        """select orders.id as order_id, final_amount, count(*) as invoices, min(amount) as amount
        from invoices join orders on orders.id = order_id
        where invoices.deleted_at is null
        group by orders.id
        having count(*) > 1 or min(amount) <> final_amount or max(amount) <> final_amount
            or bool_or(invoices.user_id <> orders.user_id or channel <> 'WEB')""",
    ),
    Inside(
        MONEY,
        "the numbers of a series of invoices have no gap",
        "sales",
        """select series, last_number, count(number) as invoices, max(number) as highest
        from invoice_series full join invoices using (series)
        group by series, last_number
        having last_number is distinct from count(number) or last_number is distinct from max(number)""",
    ),
    Inside(
        MONEY,
        "the status of an invoice agrees with that of its order",
        "sales",
        """select invoices.id as invoice, invoices.status, order_id, orders.status as order_status,
            orders.paid_at
        from invoices join orders on orders.id = order_id
        where invoices.deleted_at is null and case invoices.status
            when 'paid' then orders.paid_at is null or orders.status in ('pending', 'cancelled')
            when 'pending' then orders.status = 'cancelled'
            when 'cancelled' then orders.status <> 'cancelled'
            else false end""",
    ),
    Inside(
        MONEY,
        "an order of which everything has come back is owed nothing",
        "sales",
        """with back as (
            select order_id, product_id, sum(quantity) as returned, max(processed_at) as processed_at
            from returns join return_lines on return_id = id
            where status = 'processed' group by order_id, product_id
        ), all_back as (
            select order_id, max(processed_at) as processed_at
            from order_lines left join back using (order_id, product_id)
            where order_id in (select order_id from back)
            group by order_id having bool_and(coalesce(returned, 0) >= quantity)
        )
        select order_id, invoices.id as invoice, invoices.status from invoices join all_back using (order_id)
        where invoices.status in ('pending', 'paid') and deleted_at is null and created_at < processed_at""",
    ),
    Inside(
        MONEY,
        "a cart was checked out by its owner",
        "sales",
        """select orders.id as order_id, orders.user_id, cart_id, carts.user_id as owner
        from orders left join carts on carts.id = cart_id
        where cart_id is not null and carts.user_id is distinct from orders.user_id""",
    ),
    Inside(
        ANALYTICS,
        "sums by hour are those of the sales",
        "analytics",
        """with summed as (
            select day, hour, channel, count(*) as tickets, sum(units) as units, sum(final_amount) as revenue,
                min(final_amount) as lowest_ticket, max(final_amount) as highest_ticket,
                sum(discount) as discounts
            from sale_facts group by day, hour, channel
        ), booked as (
            select day, hour, channel, tickets, units, revenue, lowest_ticket, highest_ticket, discounts
            from sales_by_hour
        )
        (table summed except table booked) union all (table booked except table summed)""",
    ),
    Inside(
        ANALYTICS,
        "sums by payment method, by user and by tax rate are those of the facts",
        "analytics",
        """with summed as (
            select 'method' as by, day, coalesce(key, payment_method) as key, count(*) as tickets,
                sum(coalesce(value::numeric, final_amount)) as sum,
                max(coalesce(value::numeric, final_amount)) as other
            from sale_facts left join lateral jsonb_each_text(tenders) on true
            group by day, coalesce(key, payment_method)
            union all select 'user', day, user_id::text, count(*), sum(final_amount), sum(units)
            from sale_facts where channel = 'POS' group by day, user_id
            union all select 'tax', day, tax_rate, 0, sum(amount), sum(tax_amount)
            from line_facts where amount <> 0 or tax_amount <> 0 group by day, tax_rate
        ), booked as (
            select 'method', day, payment_method, tickets, revenue, highest_ticket from sales_by_method
            union all select 'user', day, user_id::text, tickets, revenue, units from sales_by_user
            union all select 'tax', day, tax_rate, 0, base, tax from taxes_by_day
        )
        (table summed except table booked) union all (table booked except table summed)""",
    ),
    Inside(
        ANALYTICS,
        "analytics has tenders that add up to their sale, and none below nothing",
        "analytics",
        """select order_id, final_amount, tenders from sale_facts, lateral (
            select sum(value::numeric) as paid, min(value::numeric) as least from jsonb_each_text(tenders)
        ) as added_up
        where tenders is not null and (paid <> final_amount or least < 0)""",
    ),
    *(
        Inside(
            ANALYTICS,
            f"sums by product and {part} are those of the lines sold",
            "analytics",
            f"""with summed as (
                select date_trunc('{part}', day)::date as {part}, product_id, sum(quantity) as units,
                    sum(amount) as revenue
                from line_facts group by 1, 2
            ), booked as (
                select {part}, product_id, units, revenue from products_by_{part}
            )
            (table summed except table booked) union all (table booked except table summed)""",
        )
        for part in ("month", "year")
    ),
)

COUNTED: LiteralString = """counted as (
    select * from orders where paid_at is not null and status not in ('CANCELLED', 'cancelled')
        and not exists (
            select from invoices where order_id = orders.id and invoices.status = 'refunded'
                and invoices.id >= coalesce(paid_again_by, 0)
        )
        and (select sum(quantity) from order_lines where order_id = orders.id) > coalesce((
            select sum(quantity) from returns join return_lines on return_id = returns.id
            where order_id = orders.id and returns.status = 'processed'
        ), 0) + coalesce((
            select sum(quantity) from till_returns join till_return_lines on return_id = till_returns.id
            where order_id = orders.id and till_returns.status = 'DONE'
        ), 0)
)"""
CAME_BACK: LiteralString = """came_back as (
    select order_id, product_id, sum(quantity) as quantity, sum(refund_amount) as refund_amount
    from (
        select order_id, product_id, quantity, refund_amount
        from returns join return_lines on return_id = returns.id where status = 'processed'
        union all
        select order_id, product_id, quantity, unit_price * quantity
        from till_returns join till_return_lines on return_id = till_returns.id where status = 'DONE'
    ) as lines group by 1, 2
)"""

BETWEEN: tuple[Between, ...] = (
    Between(
        STOCK,
        "what catalog gave to orders is what they sold",
        "catalog",
        """select id, product_id, case status when 'RELEASED' then kept else quantity end as pieces
        from allocations join allocation_lines on allocation_id = id
        where status = 'CONFIRMED' or kept > 0 order by id, product_id""",
        # Of a cancelled order stays sold what was shipped, or had come back by returns before.
        """with returned as (
            select order_id, product_id, sum(quantity) as returned
            from returns join return_lines on return_id = id
            where status = 'processed' group by order_id, product_id
        ), sold as (
            select uuid, product_id, case when status in ('CANCELLED', 'cancelled') and shipped_at is null
                then coalesce(returned, 0) else quantity end as pieces
            from orders join order_lines on order_id = id left join returned using (order_id, product_id)
        )
        select uuid, product_id, pieces from sold where pieces > 0 order by uuid, product_id""",
        key=2,
    ),
    Between(
        STOCK,
        "the goods of processed returns are in catalog's ledger, once",
        "catalog",
        """select returns.id, product_id, order_uuid,
            sum(change) filter (where reason = 'RETURN') as returned,
            coalesce(-sum(change) filter (where reason = 'WASTE'), 0) as discarded
        from returns join stock_ledger on reference = returns.id::text
        group by returns.id, product_id order by returns.id, product_id""",
        """select returns.uuid, product_id, orders.uuid, sum(quantity),
            coalesce(sum(quantity) filter (where disposition = 'discard'), 0)
        from returns join return_lines on return_id = returns.id join orders on orders.id = order_id
        where returns.status = 'processed' group by returns.uuid, product_id, orders.uuid
        union all
        select till_returns.uuid, product_id, orders.uuid, sum(quantity),
            coalesce(sum(quantity) filter (where disposition = 'discard'), 0)
        from till_returns join till_return_lines on return_id = till_returns.id
            join orders on orders.id = order_id
        where till_returns.status = 'DONE' group by till_returns.uuid, product_id, orders.uuid
        order by 1, 2""",
        key=2,
        order=2,
    ),
    Between(
        MONEY,
        "what customers charged has paid an order, and nothing else has",
        "customers",
        """select order_uuid, id, customer_id, points, credit from charges where customer_id is not null
        order by order_uuid, id""",
        """select uuid, charge_id, customer_id, points, credit
        from payment_attempts join orders on order_id = id
        where outcome = 'charged' and status = 'PAID' order by uuid, charge_id""",
        key=2,
    ),
    Between(
        MONEY,
        "customers has given back what returns at the tills did, once",
        "customers",
        """select charge_refunds.id, charge_id, charge_refunds.points, charge_refunds.credit, order_uuid
        from charge_refunds join charges on charges.id = charge_id order by charge_refunds.id""",
        """with credit as (
            select id, coalesce(sum((share ->> 'amount')::numeric), 0) as credit
            from till_returns left join jsonb_array_elements(shares) as share
                on share ->> 'payment_method' = 'CREDIT'
            group by id
        )
        select till_returns.uuid, charge_id, points_returned, credit.credit, orders.uuid
        from till_returns join credit using (id) join orders on orders.id = till_returns.order_id
            join payment_attempts on payment_attempts.order_id = orders.id and outcome = 'charged'
        where till_returns.status = 'DONE' and (points_returned > 0 or credit.credit > 0) order by 1""",
        order=4,
    ),
    Between(
        EVENTS,
        "a paid order has earned its points, once",
        "customers",
        """select reference, customer_id, amount from points_ledger
        where transaction_type = 'EARN' and reference is not null
        order by reference""",
        """select uuid, customer_id, round(final_amount / 100)::int from orders
        where status = 'PAID' and customer_id is not null and round(final_amount / 100) > 0 order by uuid""",
    ),
    # Events have times in whole seconds.
    Between(
        ANALYTICS,
        "analytics counts every paid order that was not cancelled or refunded, once, less what came back",
        "analytics",
        """select order_id, customer_id, payment_method, final_amount, units, discount, paid_at, day,
            hour::int
        from sale_facts order by order_id""",
        f"""with {COUNTED}, {CAME_BACK}
        select id, customer_id, payment_method, final_amount - coalesce(sum(refund_amount), 0),
            (select sum(quantity) from order_lines where order_id = id) - coalesce(sum(quantity), 0)::bigint,
            money_saved_total, date_trunc('second', paid_at), (paid_at at time zone %(timezone)s)::date,
            extract(hour from paid_at at time zone %(timezone)s)::int
        from counted left join came_back on order_id = id
        group by id, customer_id, payment_method, final_amount, money_saved_total, paid_at order by id""",
        order=None,
    ),
    Between(
        ANALYTICS,
        "analytics knows every return, what it gave back, and when",
        "analytics",
        """select return_id, order_id, sum(quantity), sum(refund_amount), returned_at, day
        from return_facts group by return_id, order_id, returned_at, day order by return_id""",
        """select return_id, order_id, sum(quantity), sum(refund_amount), date_trunc('second', at),
            (at at time zone %(timezone)s)::date
        from (
            select return_id, order_id, quantity, refund_amount, processed_at as at
            from returns join return_lines on return_id = returns.id where status = 'processed'
            union all
            select return_id, order_id, quantity, unit_price * quantity, till_returns.done_at
            from till_returns join till_return_lines on return_id = till_returns.id where status = 'DONE'
        ) as lines group by return_id, order_id, at order by return_id""",
        order=None,
    ),
    Between(
        ANALYTICS,
        of_figures.TENDERS,
        "analytics",
        of_figures.TENDERS_OF_ANALYTICS,
        f"with {COUNTED}, {CAME_BACK} {of_figures.TENDERS_OF_SALES}",
        key=2,
        order=None,
    ),
    Between(
        ANALYTICS,
        of_figures.REFUNDS,
        "analytics",
        of_figures.REFUNDS_OF_ANALYTICS,
        of_figures.REFUNDS_OF_SALES,
        key=2,
        order=None,
    ),
    Between(
        ANALYTICS,
        "analytics has the pieces and amounts of every product of the orders that count",
        "analytics",
        # Pieces that brought back what was paid for them take their base along, as in the taxes of the shift;
        # a lower refund of the web shop is for analytics to divide.
        """with came_back as (
            select order_id, product_id, sum(quantity) as quantity, sum(refund_amount) as refund_amount
            from return_facts group by 1, 2
        )
        select order_id, product_id, line_facts.quantity, amount + tax_amount,
            case when refund_amount * line_facts.quantity is distinct from
                (amount + tax_amount) * came_back.quantity then null else amount end as before_tax
        from line_facts left join came_back using (order_id, product_id) order by order_id, product_id""",
        f"""with {COUNTED}, {CAME_BACK}, sold as (
            select order_id, product_id, sum(quantity) as quantity, sum(amount + tax_amount) as paid,
                sum(amount) as before_tax
            from counted join order_lines on order_id = id group by 1, 2
        ), left_over as (
            select order_id, product_id, sold.quantity - coalesce(came_back.quantity, 0) as quantity,
                paid - coalesce(refund_amount, 0) as paid,
                case when refund_amount * sold.quantity is distinct from paid * came_back.quantity then null
                    else before_tax * (sold.quantity - coalesce(came_back.quantity, 0)) / sold.quantity
                end as before_tax
            from sold left join came_back using (order_id, product_id)
        )
        select order_id, product_id, quantity, paid, before_tax from left_over where quantity > 0 or paid > 0
        order by order_id, product_id""",
        key=2,
        order=None,
    ),
    Between(
        ANALYTICS,
        "analytics describes products as catalog does",
        "analytics",
        """select product_id, name, sku, price, cost, low_stock_threshold, supplier_id, deleted from products
        order by product_id""",
        """select id, name, sku, price, cost, low_stock_threshold,
            case when deleted_at is null then supplier_id end, deleted_at is not null
        from products order by id""",
        order=None,
        owner="catalog",
    ),
    Between(
        STOCK,
        "analytics has the stock of every product, after the last line of its ledger",
        "analytics",
        "select product_id, current_stock, ledger_id from product_stocks order by product_id",
        """select products.id, current_stock, coalesce(max(stock_ledger.id), 0)
        from products left join stock_ledger on product_id = products.id
        group by products.id order by products.id""",
        order=None,
        owner="catalog",
    ),
    Between(
        STOCK,
        "analytics knows when products ran out of stock and came back",
        "analytics",
        "select ledger_id, product_id, day, in_stock from stock_turns order by ledger_id",
        """select id, product_id, (created_at at time zone %(timezone)s)::date, balance > 0
        from stock_ledger where (balance > 0) <> (balance - change > 0) order by id""",
        order=None,
        owner="catalog",
    ),
    Between(
        ANALYTICS,
        "analytics knows the suppliers that catalog has",
        "analytics",
        "select supplier_id, name from suppliers where not deleted order by supplier_id",
        "select id, name from suppliers order by id",
        order=None,
        owner="catalog",
    ),
    Between(
        ANALYTICS,
        "analytics describes customers as their owner does",
        "analytics",
        """select customer_id, first_name, last_name, email, is_frequent, deleted from customers
        order by customer_id""",
        """select id, first_name, last_name, email, is_frequent, deleted_at is not null from customers
        order by id""",
        order=None,
        owner="customers",
    ),
    Between(
        ANALYTICS,
        "analytics describes users as auth does",
        "analytics",
        "select user_id, username, email, deleted from users order by user_id",
        "select id, username, email, not is_active from users order by id",
        order=None,
        owner="auth",
    ),
)

RULES: tuple[Inside | Between, ...] = (*INSIDE, *BETWEEN)
"""All of them."""

HELD = UnderWay(
    "allocations that are held",
    "catalog",
    "select count(*), min(created_at) from allocations where status = 'HELD'",
)
OPEN_ATTEMPTS = UnderWay(
    "payments that wait for customers",
    "sales",
    "select count(*), min(started_at) from payment_attempts where outcome is null",
)
OPEN_RETURNS = UnderWay(
    "returns that wait for customers",
    "sales",
    "select count(*), min(created_at) from till_returns where status = 'REFUNDING'",
)
OUTBOXES = tuple(
    UnderWay(f"events in the outbox of {service}", service, "select count(*), min(occurred_at) from outbox")
    for service in PUBLISHERS
)
LATE_SALES = UnderWay(
    "late sales that wait to be booked",
    "sales",
    "select count(*), min(received_at) from synced_sales where status = 'RECEIVED'",
)
UNDER_WAY = (HELD, OPEN_ATTEMPTS, OPEN_RETURNS, LATE_SALES, *OUTBOXES)
EXPLAIN_DIFFERENCES = (LATE_SALES, *OUTBOXES)
"""Work during which rows of two services may differ."""

UNDECIDED_ORDERS: dict[str, LiteralString] = {
    "catalog": "select id from allocations where status = 'HELD' limit 10000",
    "sales": "select uuid from orders where status = 'PAYING' limit 10000",
}
"""Orders whose outcome is being decided: their rows may differ for as long as that takes."""
