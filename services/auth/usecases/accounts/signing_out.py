"""Signing somebody out everywhere, as after a device was lost: the password and the PIN stay."""

from libs.common.clock import Clock
from libs.common.db.database import Database
from services.auth.domain.origins import Origin
from services.auth.usecases.accounts.standing import lock_account
from services.auth.usecases.sessions.revoking import revoke_sessions_of


async def sign_out(user_id: int, *, origin: Origin, database: Database, clock: Clock) -> int:
    """End all sessions of the user, and have logins in progress checked again. Returns the number ended.

    Raises the errors of `lock_account`: only those who may change an account sign it out.
    """
    async with database.transaction() as tx:
        await lock_account(tx, user_id, origin=origin)
        return await revoke_sessions_of(tx, user_id, reason="operator", origin=origin, clock=clock)
