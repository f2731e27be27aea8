"""The throttle of wrong passwords (contract §2).

Only wrong passwords count, each for five minutes. Others cannot lock a user out: at an address from which the
account logged in lately, failures from other addresses do not count, only the ten of that address.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from libs.common.errors import Throttled

WINDOW = timedelta(minutes=5)
MAX_PER_ACCOUNT_AND_ADDRESS = 10
MAX_PER_ACCOUNT = 50
MAX_PER_ADDRESS = 300

ADDRESS_IS_KNOWN_FOR = timedelta(days=30)
"""The time for which an address counts as known after the account's last login from it."""


@dataclass(frozen=True, slots=True)
class Failures:
    """For each limit, the failure inside the window that must leave it; None if it is not reached."""

    of_account_and_address: datetime | None
    of_account: datetime | None
    of_address: datetime | None
    address_is_known: bool

    def check(self, now: datetime) -> None:
        """Raises `Throttled` with the seconds until a password may be tried again."""
        reached = [self.of_account_and_address, self.of_address]
        if not self.address_is_known:
            reached.append(self.of_account)
        blocking = [failed_at for failed_at in reached if failed_at is not None]
        if blocking:
            wait = max(blocking) + WINDOW - now
            raise Throttled(math.ceil(wait.total_seconds()))


def account_of(user_id: int | None, sought: str = "") -> str:
    """The key for counting failures: the user, under any name they typed.

    If nobody was found, it is a hash of what was `sought`: the name in the form that is compared, and its
    kind. Counted in another way, spellings of a name or the other door would tell that nobody has it.
    """
    if user_id is not None:
        return f"user:{user_id}"
    return f"name:{hashlib.sha256(sought.encode()).hexdigest()}"
