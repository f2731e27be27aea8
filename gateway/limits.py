"""Rate limits of the gateway: per user, and per address for requests without a valid token.

Each caller has a bucket that holds the whole limit and fills evenly (GCRA): `600/minute` allows 600 at once
and 10 a second after that. Buckets live in this process's memory (ADR 0015).
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic_ns

from prometheus_client import Counter

from libs.common.addresses import household
from libs.common.auth.principal import Principal
from libs.common.errors import Throttled

CALLERS_MAX = 50_000
"""Callers kept per limit. Above it the least recently seen is dropped: its bucket is full again."""

SECOND = 1_000_000_000

Header = tuple[bytes, bytes]

rate_limited_total = Counter(
    "gateway_rate_limited_total", "Requests above the limit of their user or their address", ["bucket"]
)

_RATE = re.compile(r"(\d+)\s*/\s*(\d+)?\s*(second|minute|hour|day)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class Rate:
    """A number of requests per number of seconds."""

    requests: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Read `600/minute` or `100/10 seconds`. Raises `ValueError`."""
        read = _RATE.fullmatch(text.strip().lower())
        if read is None:
            raise ValueError(f"{text!r} is no rate; write it like 600/minute or 100/10 seconds")
        rate = cls(int(read[1]), int(read[2] or 1) * _SECONDS[read[3]])
        if not 0 < rate.requests <= rate.seconds * SECOND:
            raise ValueError(f"{text!r} is no rate that can be kept")
        return rate


@dataclass(frozen=True, slots=True)
class Allowance:
    """The rest of a caller's limit after this request.

    `headers` (`X-RateLimit-Limit`, `-Remaining`, and `-Reset`: seconds until the bucket is full) go on every
    answer; `refusal` is set if the request exceeds the limit.
    """

    headers: tuple[Header, ...]
    refusal: Throttled | None = None


class RateLimits:
    """Both limits of one gateway process. `now` is a monotonic clock in nanoseconds."""

    def __init__(self, per_user: str, per_address: str, now: Callable[[], int] = monotonic_ns) -> None:
        """The rates are in the format of `Rate.parse`. Raises `ValueError`."""
        self._users = _Buckets("user", Rate.parse(per_user), now)
        self._addresses = _Buckets("address", Rate.parse(per_address), now)

    def spend(self, principal: Principal | None, address: str) -> Allowance:
        """Count a request of the user if known, else of the address. A refused one is not counted."""
        if principal is not None:
            return self._users.spend(principal.user_id)
        return self._addresses.spend(household(address))


class _Buckets:
    """One bucket per caller, stored as the time at which it will be full again."""

    def __init__(self, name: str, rate: Rate, now: Callable[[], int]) -> None:
        self._refused = rate_limited_total.labels(name)
        self._now = now
        self._each = rate.seconds * SECOND // rate.requests
        self._whole = self._each * rate.requests
        self._limit: Header = (b"x-ratelimit-limit", b"%d" % rate.requests)
        self._full_at: OrderedDict[Hashable, int] = OrderedDict()  # the most recently seen caller is the last

    def spend(self, caller: Hashable) -> Allowance:
        now = self._now()
        spent = max(self._full_at.get(caller, 0) - now, 0)
        excess = spent + self._each - self._whole
        if excess > 0:
            self._refused.inc()
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
    """Round up, so that a caller that waits that long is not refused again."""
    return -(-nanoseconds // SECOND)
