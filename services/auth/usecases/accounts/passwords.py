"""Replacing passwords. A new password ends the sessions; it is hashed before any transaction begins."""

from dataclasses import asdict, dataclass, field

from libs.common.clock import Clock
from libs.common.db.database import Database, Transaction
from services.auth.clients.passwords import Passwords
from services.auth.domain.origins import Origin
from services.auth.domain.rights import UserNotFound
from services.auth.usecases import audit
from services.auth.usecases.sessions.revoking import revoke_sessions_of


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A new password hash. The PIN goes with the old password, unless the user changes it (`keeps_pin`)."""

    password_hash: str = field(repr=False)
    keeps_pin: bool = False


UPDATE_HASH = """
update users
set password_hash = %(password_hash)s, pin_hash = case when %(keeps_pin)s then pin_hash end
where id = %(id)s and is_active
"""


async def replace_password(
    tx: Transaction,
    user_id: int,
    new: NewPassword,
    *,
    origin: Origin,
    clock: Clock,
    except_session: str | None = None,
) -> None:
    """Replace the password and end the user's sessions, except one, as part of a transaction.

    Raises `UserNotFound`.
    """
    if not await tx.execute(UPDATE_HASH, {"id": user_id, **asdict(new)}):
        raise UserNotFound
    await audit.record(tx, "password_changed", user_id=user_id, origin=origin, clock=clock)
    await revoke_sessions_of(
        tx,
        user_id,
        reason="password_changed",
        origin=origin,
        clock=clock,
        except_session=except_session,
    )


async def reset_password(
    user_id: int, password: str, *, origin: Origin, database: Database, passwords: Passwords, clock: Clock
) -> None:
    """Replace a password without the current one, for operators. Ends all sessions. Raises `UserNotFound`."""
    new = NewPassword(await passwords.hash(password))
    async with database.transaction() as tx:
        await replace_password(tx, user_id, new, origin=origin, clock=clock)
