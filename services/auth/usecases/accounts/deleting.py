"""Deleting accounts: the row stays, but login is refused (contract §2)."""

from dataclasses import replace

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.row_versions import ANY_VERSION, Expected
from services.auth.domain.origins import Origin
from services.auth.usecases import audit
from services.auth.usecases.accounts.announcing import announce_change
from services.auth.usecases.accounts.standing import check_another_owner_stays, lock_account
from services.auth.usecases.sessions.revoking import revoke_sessions_of

DELETE_ACCOUNT = "update users set is_active = false where id = %(id)s"


async def delete_account(
    user_id: int, *, origin: Origin, database: Database, clock: Clock, expected: Expected = ANY_VERSION
) -> None:
    """Delete the account and end its sessions.

    Raises `LastOwner`, the errors of `lock_account`, and `ChangedMeanwhile`.
    """
    async with database.transaction() as tx:
        account = (await lock_account(tx, user_id, origin=origin)).account
        if "owner" in account.roles:
            await check_another_owner_stays(tx, user_id)
        expected.check(account.version)
        await tx.execute(DELETE_ACCOUNT, {"id": user_id})
        announce_change(tx, replace(account, is_active=False), clock=clock)
        await audit.record(tx, "user_deleted", user_id=user_id, origin=origin, clock=clock)
        await revoke_sessions_of(tx, user_id, reason="user_deleted", origin=origin, clock=clock)
