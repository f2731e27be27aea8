"""Change of cashier: an EMPLOYEE takes over, with a PIN, a till that somebody of the staff is logged in to.

A PIN is short, and typed before the eyes of others. So it opens a session only beside a live one of the
same device, which it never outlives; only for an EMPLOYEE; and under the throttle of approvals.
"""

from dataclasses import dataclass, field
from datetime import datetime

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.errors import Unauthenticated
from libs.common.looks import LookAgain, looks_again
from services.auth.domain.origins import Origin
from services.auth.domain.pins import WrongPin, check_may_log_in
from services.auth.usecases.sessions.opening import Checked, PosTokens, Sessions, logins
from services.auth.usecases.till_secrets import TillSecrets, TypedSecret

SELECT_END = """
select expires_at from sessions
where id = %(id)s and user_id = %(user_id)s and revoked_at is null and expires_at > %(now)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver:
    """Somebody takes a till over. `name` is their email or username, `before` the `sid` at the till."""

    name: str
    pin: str = field(repr=False)
    before: str


@dataclass(frozen=True, slots=True)
class PinLogins:
    """Opens sessions by PIN. Wrong ones get the same answer at the same cost for every reason."""

    database: Database
    secrets: TillSecrets
    sessions: Sessions
    clock: Clock

    @logins.counted
    @looks_again("logins")
    async def take_over(self, command: TakeOver, *, origin: Origin) -> PosTokens:
        """The tokens of a session that ends when the one before would have; that one goes on.

        Raises `WrongPin`, then `PinNotEnough`; `Throttled` after too many wrong ones, of approvals too;
        `Unauthenticated("invalid")` if the session before has ended.
        """
        who = await self._authenticate(command, origin)
        now = self.clock()
        before = {"id": command.before, "user_id": origin.actor_id, "now": now}
        expires_at: datetime | None = await self.database.fetch_value(SELECT_END, before)
        if expires_at is None:
            raise Unauthenticated("invalid")
        tokens = await self.sessions.open_for_till(
            who, origin, now=now, expires_at=expires_at, before=command.before
        )
        if tokens is None:
            raise LookAgain
        return tokens

    async def _authenticate(self, command: TakeOver, origin: Origin) -> Checked:
        typed = TypedSecret(name=command.name, secret=command.pin, is_pin=True)
        found = await self.secrets.owner_of(
            typed, origin=origin, failure="login_failed", details={"by": "pin"}
        )
        if found is None:
            raise WrongPin
        check_may_log_in(found.roles)
        return found
