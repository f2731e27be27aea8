"""Stores the newest state of each user from `auth.user_created` and `auth.user_changed`."""

from collections.abc import Sequence

from libs.common.contracts.auth import UserChanged, UserCreated
from libs.common.db.database import Transaction
from libs.common.db.json_rows import json_rows
from libs.common.messaging.envelope import Received
from services.analytics.usecases.newest import newest

# Users that were created and those that were changed are stored by two statements. A batch has the table for
# itself, so that two do not wait for each other's rows; such events are few.
LOCK_USERS = "lock table users in share row exclusive mode"

INSERT_USERS = """
insert into users as known (user_id, username, email, deleted, sequence)
select * from json_to_recordset(%(users)s::json) as given(
    user_id bigint, username text, email text, deleted bool, sequence bigint
)
order by user_id
on conflict (user_id) do update set
    username = excluded.username, email = excluded.email, deleted = excluded.deleted,
    sequence = excluded.sequence
where known.sequence < excluded.sequence
"""


async def describe_users(tx: Transaction, events: Sequence[Received[UserCreated | UserChanged]]) -> None:
    """Store the state of users from newer events. A deleted user is kept and marked deleted."""
    rows = (
        {
            "user_id": received.event.user_id,
            "username": received.event.username,
            "email": received.event.email,
            "deleted": isinstance(received.event, UserChanged) and not received.event.is_active,
            "sequence": received.sequence,
        }
        for received in newest(events, lambda event: event.user_id)
    )
    await tx.execute(LOCK_USERS)
    await tx.execute(INSERT_USERS, {"users": json_rows(rows)})
