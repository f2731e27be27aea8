"""Counts attempts by their outcome, for operators."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from prometheus_client import Counter

from libs.common.errors import DomainError


class Outcomes:
    """The outcomes of one sort of attempts, shown from the start: `ok`, and that of each kind of refusal."""

    def __init__(self, counter: Counter, refusals: Mapping[type[DomainError], str]) -> None:
        self._ok = counter.labels("ok")
        self._refused = {kind: counter.labels(outcome) for kind, outcome in refusals.items()}

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count an attempt; not one that fails in another way, as by a fault or a lost look."""
        try:
            yield
        except tuple(self._refused) as refusal:
            next(count for kind, count in self._refused.items() if isinstance(refusal, kind)).inc()
            raise
        self._ok.inc()
