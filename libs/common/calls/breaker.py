"""A circuit breaker: after failures in a row it refuses calls, except for a trial call every half second."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import structlog

from libs.common.calls.metrics import breaker_openings_total, breakers_open

FAILURES_TO_OPEN = 5
OPEN_SECONDS = 0.5
TRIAL_SECONDS = 2.0

log = structlog.get_logger(__name__)


class BreakerOpen(Exception):
    """The breaker is open: the call was not made."""


class Breaker:
    """Guards the calls to one part.

    Closed: calls pass. After `failures_to_open` failures in a row it is open: calls are refused at once.
    `open_seconds` after the last failure a single call passes; its success closes the breaker, its failure
    keeps it open. While that call takes long, another one passes every `trial_seconds`.
    """

    def __init__(
        self,
        part: str,
        *,
        failures_to_open: int = FAILURES_TO_OPEN,
        open_seconds: float = OPEN_SECONDS,
        trial_seconds: float = TRIAL_SECONDS,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self.part = part
        self._failures_to_open = failures_to_open
        self._open_seconds = open_seconds
        self._trial_seconds = trial_seconds
        self._now = now
        self._failures = 0
        self._next_try_at = -math.inf
        self._open_now = breakers_open.labels(part)
        self._openings = breaker_openings_total.labels(part)

    @property
    def is_open(self) -> bool:
        """True while calls are refused or only a trial call may pass."""
        return self._failures >= self._failures_to_open

    @contextmanager
    def guard(self, *failures: type[Exception]) -> Iterator[None]:
        """Guard a call. Raises `BreakerOpen` instead of calling; counts `failures` raised inside.

        Other exceptions and cancelled calls count neither as failure nor as success; the next call may try.
        """
        if self.is_open:
            self._admit_one()
        try:
            yield
        except failures:
            self._failed()
            raise
        except BaseException:
            self._next_try_at = -math.inf
            raise
        self._succeeded()

    def _admit_one(self) -> None:
        if self._now() < self._next_try_at:
            raise BreakerOpen(self.part)
        self._next_try_at = self._now() + self._trial_seconds

    def _failed(self) -> None:
        self._failures += 1
        self._next_try_at = self._now() + self._open_seconds
        if self._failures == self._failures_to_open:
            self._open_now.inc()
            self._openings.inc()
            log.warning("breaker_opened", part=self.part, open_seconds=self._open_seconds)

    def _succeeded(self) -> None:
        if self.is_open:
            self._open_now.dec()
            log.info("breaker_closed", part=self.part)
        self._failures = 0
