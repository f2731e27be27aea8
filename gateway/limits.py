"""How many requests may one caller send? A number per user, and per address for who shows no valid token.

Each caller has a bucket that holds the whole limit and fills evenly (GCRA): `600/minute` allows 600 at once
and 10 a second after that. Buckets live in this process's memory (ADR 0015).
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic_ns

from libs.common.addresses import household
from libs.common.auth.principal import Principal
from libs.common.errors import Throttled

CALLERS_MAX = 50_000
"""Buckets kept of each sort; beyond that, who has been away longest starts with a full one again."""

SECOND = 1_000_000_000

Header = tuple[bytes, bytes]

_RATE = re.compile(r"(\d+)\s*/\s*(\d+)?\s*(second|minute|hour|day)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds."""

    requests: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """From `600/minute` or `100/10 seconds`; raises `ValueError`."""
        told = _RATE.fullmatch(text.strip().lower())
        if told is None:
            raise ValueError(f"{text!r} is no rate; write it like 600/minute or 100/10 seconds")
        rate = cls(int(told[1]), int(told[2] or 1) * _SECONDS[told[3]])
        if not 0 < rate.requests <= rate.seconds * SECOND:
            raise ValueError(f"{text!r} is no rate that can be kept")
        return rate


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a caller has left after this request.

    `headers` (`X-RateLimit-Limit`, `-Remaining`, and `-Reset`: seconds until nothing is spent) belong on the
    answer whatever it is; `refusal` is the answer of a request that was one too many.
    """

    headers: tuple[Header, ...]
    refusal: Throttled | None = None


class RateLimits:
    """Both limits of a gateway process; `now` is a monotonic clock in nanoseconds."""

    def __init__(self, per_user: str, per_address: str, now: Callable[[], int] = monotonic_ns) -> None:
        """Rates as `Rate.parse` reads them; raises `ValueError`."""
        self._users = _Buckets(Rate.parse(per_user), now)
        self._addresses = _Buckets(Rate.parse(per_address), now)

    def spend(self, principal: Principal | None, address: str) -> Allowance:
        """Count one request, of the user if a valid token named one. A refused one costs nothing."""
        if principal is not None:
            return self._users.spend(principal.user_id)
        return self._addresses.spend(household(address))


class _Buckets:
    """One bucket per caller, kept as the moment at which it will be full again."""

    def __init__(self, rate: Rate, now: Callable[[], int]) -> None:
        self._now = now
        self._each = rate.seconds * SECOND // rate.requests
        self._whole = self._each * rate.requests
        self._limit: Header = (b"x-ratelimit-limit", b"%d" % rate.requests)
        self._full_at: OrderedDict[Hashable, int] = OrderedDict()  # who came last stands last

    def spend(self, caller: Hashable) -> Allowance:
        now = self._now()
        spent = max(self._full_at.get(caller, 0) - now, 0)
        excess = spent + self._each - self._whole
        if excess > 0:
            return Allowance(self._headers(spent), Throttled(_seconds(excess)))
        spent += self._each
        self._full_at[caller] = now + spent
        self._full_at.move_to_end(caller)
        if len(self._full_at) > CALLERS_MAX:
            self._full_at.popitem(last=False)
        return Allowance(self._headers(spent))

    def _headers(self, spent: int) -> tuple[Header, ...]:
        left = (self._whole - spent) // self._each
        return (
            self._limit,
            (b"x-ratelimit-remaining", b"%d" % left),
            (b"x-ratelimit-reset", b"%d" % _seconds(spent)),
        )


def _seconds(nanoseconds: int) -> int:
    """Rounded up: who waits that long has waited long enough."""
    return -(-nanoseconds // SECOND)
