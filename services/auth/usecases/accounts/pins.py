"""Setting one's own PIN, with which one approves deeds of others at the till (contract §8.5)."""

from dataclasses import dataclass, field

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.looks import LookAgain, looks_again
from services.auth.clients.passwords import Passwords
from services.auth.domain.origins import Origin
from services.auth.domain.pins import refuse_easy
from services.auth.usecases import audit
from services.auth.usecases.sessions.attempts import PasswordAttempts
from services.auth.usecases.sessions.revoking import revoke_sessions_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPin:
    """A new PIN, which requires the current password. `session_id` is the `sid` of the caller."""

    user_id: int
    session_id: str
    current_password: str = field(repr=False)
    pin: str = field(repr=False)


# In the epoch in which the password was checked: a reset meanwhile leaves no PIN.
UPDATE_PIN = """
update users set pin_hash = %(pin_hash)s where id = %(id)s and is_active and session_epoch = %(epoch)s
"""


@looks_again("passwords")
async def set_pin(
    command: SetPin,
    *,
    origin: Origin,
    database: Database,
    passwords: Passwords,
    attempts: PasswordAttempts,
    clock: Clock,
) -> None:
    """Set or replace the PIN, and end the user's other sessions that a PIN has opened.

    Raises `PinTooEasy`, `WrongCurrentPassword`, or `Throttled` as a login.
    """
    refuse_easy(command.pin)
    epoch = await attempts.check_current(command.user_id, command.current_password, origin=origin)
    pin_hash = await passwords.hash(command.pin)
    async with database.transaction() as tx:
        new = {"id": command.user_id, "pin_hash": pin_hash, "epoch": epoch}
        if not await tx.execute(UPDATE_PIN, new):
            raise LookAgain
        await audit.record(tx, "pin_changed", user_id=command.user_id, origin=origin, clock=clock)
        await revoke_sessions_of(
            tx,
            command.user_id,
            reason="pin_changed",
            origin=origin,
            clock=clock,
            except_session=command.session_id,
        )
