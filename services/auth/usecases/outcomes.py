"""Counts attempts by their outcome, for operators."""

from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prometheus_client import Counter

from libs.common.errors import DomainError

P = ParamSpec("P")
T = TypeVar("T")
Attempt = Callable[P, Coroutine[Any, Any, T]]


class Outcomes:
    """The outcomes of one sort of attempts, shown from the start: `ok`, and that of each kind of refusal."""

    def __init__(self, counter: Counter, refusals: Mapping[type[DomainError], str]) -> None:
        self._ok = counter.labels("ok")
        self._refused = {kind: counter.labels(outcome) for kind, outcome in refusals.items()}

    def counted(self, attempt: Attempt[P, T]) -> Attempt[P, T]:
        """Count each attempt once, however often it looks again; not one that ends by a fault."""

        @wraps(attempt)
        async def counting(*args: P.args, **kwargs: P.kwargs) -> T:
            try:
                succeeded = await attempt(*args, **kwargs)
            except tuple(self._refused) as refusal:
                next(count for kind, count in self._refused.items() if isinstance(refusal, kind)).inc()
                raise
            self._ok.inc()
            return succeeded

        return counting
