"""The invariant of approvals, which are used up by the deeds that they allow: see `rules.INSIDE`."""

from typing import LiteralString

USED_ONCE = "an approval was used by one deed, and every approved deed has used one"

# The rows of used approvals are deleted an hour after they have expired: older deeds may have none left.
BROKEN: LiteralString = """with approved as (
    select 'order' as deed, client_id::text as subject, created_at as at from orders
    where approved_by is not null
    union all select 'return', order_id::text, created_at from till_returns where approved_by is not null
    union all select 'close', id::text, closed_at from shifts where approved_by is not null
), deeds as (
    select deed, subject, count(*) as done, count(*) filter (where at > now() - interval '50 minutes') as new
    from approved group by deed, subject
), of_action as (
    select case when action = 'discount' then 'order'
            when action in ('refund', 'cash_refund') then 'return' else 'close' end as deed,
        lower(subject) as subject, action, count(*) as used
    from used_approvals group by 1, 2, 3
), approvals as (
    select deed, subject, sum(used) as used, max(used) as used_of_one_action
    from of_action group by deed, subject
)
select deed, subject, done, new, used, used_of_one_action
from deeds full join approvals using (deed, subject)
where coalesce(new, 0) > coalesce(used, 0) or coalesce(used_of_one_action, 0) > coalesce(done, 0)"""
