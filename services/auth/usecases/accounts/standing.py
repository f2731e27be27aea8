"""The current roles of a caller and the account to change, both locked (ADR 0019)."""

from collections.abc import Sequence
from dataclasses import dataclass

from libs.common.db.database import Transaction
from libs.common.errors import Unauthenticated
from services.auth.domain.origins import Origin
from services.auth.domain.rights import LastOwner, UserNotFound, check_may_change
from services.auth.domain.roles import Role
from services.auth.usecases.accounts.reading import SELECT_ACCOUNTS, Account

# In id order: two users who change each other do not deadlock. Roles change only under their user's lock.
LOCK_ACCOUNTS = "select id from users where id = any(%(ids)s) order by id for no key update"

# A separate statement, to see the changes that were committed while it waited for the locks.
SELECT_LOCKED = SELECT_ACCOUNTS + "where id = any(%(ids)s) and is_active"

# Held until the commit, so that of two concurrent removals of owners the second sees the first.
LOCK_OWNERS = "select pg_advisory_xact_lock(hashtext('auth.owners'))"

SELECT_ANOTHER_OWNER = """
select exists (
  select from user_roles join users on users.id = user_id
  where role = 'owner' and is_active and user_id <> %(id)s
)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """An account to change, and the roles of its caller."""

    account: Account
    actor_roles: Sequence[Role]


async def lock_account(tx: Transaction, user_id: int, *, origin: Origin) -> Standing:
    """Lock the account, and its caller, for a change.

    Raises `Unauthenticated` if the caller was deleted, `Forbidden` if they may not change this account (also
    if it does not exist and they may change no other account), and `UserNotFound`.
    """
    assert origin.actor_id is not None, "operators' commands need no rights"
    people = await _lock(tx, user_id, origin.actor_id)
    actor = _actor(people, origin.actor_id)
    account = people.get(user_id)
    check_may_change(account.roles if account else (), by=actor.roles, own=account is actor)
    if account is None:
        raise UserNotFound
    return Standing(account, actor.roles)


async def lock_actor(tx: Transaction, actor_id: int) -> Sequence[Role]:
    """Lock the caller and return their roles. Raises `Unauthenticated` if they were deleted."""
    return _actor(await _lock(tx, actor_id), actor_id).roles


async def check_another_owner_stays(tx: Transaction, user_id: int) -> None:
    """Raises `LastOwner` if there is no other owner. Until the commit no other owner can be removed."""
    await tx.execute(LOCK_OWNERS)
    if not await tx.fetch_value(SELECT_ANOTHER_OWNER, {"id": user_id}):
        raise LastOwner


async def _lock(tx: Transaction, *ids: int) -> dict[int, Account]:
    await tx.execute(LOCK_ACCOUNTS, {"ids": list(ids)})
    accounts = await tx.fetch_all(Account, SELECT_LOCKED, {"ids": list(ids)})
    return {account.id: account for account in accounts}


def _actor(people: dict[int, Account], actor_id: int) -> Account:
    if actor_id not in people:
        raise Unauthenticated("invalid")
    return people[actor_id]
