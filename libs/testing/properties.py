"""hypothesis with the settings of this project: import `given`, `settings` and `strategies` from here.

A busy machine is no reason for a property to fail, so nothing has a deadline. Nor is chance: the examples are
the same in each run.
"""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

settings.register_profile(
    "mostrador", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("mostrador")

__all__ = ["given", "settings", "st"]
