"""Granting and removing roles. Losing a role ends all sessions of the user."""

from collections.abc import Iterable
from dataclasses import replace

from libs.common.clock import Clock
from libs.common.db.database import Database, Transaction
from services.auth.domain.origins import Origin
from services.auth.domain.rights import LastRole, RoleHeldAlready, RoleNotHeld, check_may_grant
from services.auth.domain.roles import Role, ends_sessions, in_order
from services.auth.usecases import audit
from services.auth.usecases.accounts.announcing import announce_change
from services.auth.usecases.accounts.reading import Account
from services.auth.usecases.accounts.standing import Standing, check_another_owner_stays, lock_account
from services.auth.usecases.sessions.revoking import revoke_sessions_of

# The user's row is written too: its version stands for the roles.
UPDATE_ROLES = """
with versioned as (
  update users set session_epoch = session_epoch where id = %(user_id)s
), lost as (
  delete from user_roles where user_id = %(user_id)s and role <> all(%(roles)s::text[])
)
insert into user_roles (user_id, role) select %(user_id)s, unnest(%(roles)s::text[])
on conflict do nothing
"""


async def assign_role(
    user_id: int, role: Role, *, origin: Origin, database: Database, clock: Clock
) -> Account:
    """Grant a role. Raises `RoleHeldAlready` and the errors of `lock_account` and `check_may_grant`."""
    async with database.transaction() as tx:
        standing = await lock_account(tx, user_id, origin=origin)
        held = standing.account.roles
        if role in held:
            raise RoleHeldAlready(role)
        return await _replace_and_announce(tx, standing, [*held, role], origin=origin, clock=clock)


async def remove_role(
    user_id: int, role: Role, *, origin: Origin, database: Database, clock: Clock
) -> Account:
    """Remove a role. Raises `RoleNotHeld`, `LastRole` and the errors of `lock_account`."""
    async with database.transaction() as tx:
        standing = await lock_account(tx, user_id, origin=origin)
        held = standing.account.roles
        if role not in held:
            raise RoleNotHeld
        left = [other for other in held if other != role]
        if not left:
            raise LastRole
        return await _replace_and_announce(tx, standing, left, origin=origin, clock=clock)


async def replace_roles(
    tx: Transaction, standing: Standing, roles: Iterable[Role], *, origin: Origin, clock: Clock
) -> Account:
    """Set exactly these roles, as part of a transaction that publishes the account.

    Raises `Forbidden` if the caller may not grant the new roles, `LastOwner` if there is no other owner.
    """
    before, after = in_order(standing.account.roles), in_order(roles)
    check_may_grant(set(after) - set(before), by=standing.actor_roles)
    user_id = standing.account.id
    if "owner" in set(before) - set(after):
        await check_another_owner_stays(tx, user_id)
    await tx.execute(UPDATE_ROLES, {"user_id": user_id, "roles": list(after)})
    await audit.record(
        tx,
        "role_changed",
        user_id=user_id,
        origin=origin,
        clock=clock,
        details={"before": before, "after": after},
    )
    if ends_sessions(before, after):
        await revoke_sessions_of(tx, user_id, reason="role_lost", origin=origin, clock=clock)
    return replace(standing.account, roles=after)


async def _replace_and_announce(
    tx: Transaction, standing: Standing, roles: Iterable[Role], *, origin: Origin, clock: Clock
) -> Account:
    account = await replace_roles(tx, standing, roles, origin=origin, clock=clock)
    announce_change(tx, account, clock=clock)
    return account
