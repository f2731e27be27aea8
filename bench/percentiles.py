"""Percentiles of measured values."""

from collections.abc import Sequence


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many percent do not exceed; 0 of none."""
    return sorted(values)[len(values) * percent // 100] if values else 0.0
