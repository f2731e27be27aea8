"""The shortest lease of catalog gives sales enough time to place an order."""

from libs.common.calls.client import DEFAULT_TIMEOUT_SECONDS
from libs.common.contracts.internal.catalog import LEASE_SECONDS_MIN
from services.sales.usecases.orders.placing import COMMIT_MARGIN_SECONDS


def test_the_least_lease_outlasts_the_slowest_call_and_the_margin_of_the_commit() -> None:
    assert LEASE_SECONDS_MIN > COMMIT_MARGIN_SECONDS + DEFAULT_TIMEOUT_SECONDS
