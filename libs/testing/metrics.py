"""Reads the metrics of the test's own process."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import REGISTRY


def sample(name: str, **labels: str) -> float:
    """The value now; 0 if nothing was counted under these labels."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


@contextmanager
def counts(name: str, by: float = 1, **labels: str) -> Iterator[None]:
    """Asserts that a counter rises in the block by `by`, exactly."""
    before = sample(name, **labels)
    yield
    risen = sample(name, **labels) - before
    assert round(risen, 6) == by, f"{name} {labels} rose by {risen}, not by {by}"
