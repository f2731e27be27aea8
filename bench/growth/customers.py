"""The rows of customers: their points and their credit as the orders moved them; all credit is paid off."""

from bench.growth.statements import AFTER_THOSE, INBOX, NAME, Rows, counted_on, marked

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
