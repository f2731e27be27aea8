"""The fields of an allocation, and which of them are refused."""

from typing import Any

import pytest

from libs.testing.bodies import refused_fields
from services.catalog.api.internal.allocations import AllocationIn

ALLOCATION = {"user_id": 3, "channel": "POS", "lines": [{"product_id": 1, "quantity": 1}]}


@pytest.mark.parametrize(
    "broken",
    [
        {"lines": []},
        {"lines": None},
        {"lines": {"product_id": 1, "quantity": 1}},
        {"lines": [{"product_id": 1, "quantity": 0}]},
        {"lines": [{"product_id": 1, "quantity": -1}]},
        {"lines": [{"product_id": 0, "quantity": 1}]},
        {"lines": [{"product_id": 10**30, "quantity": 1}]},
        {"lines": [{"product_id": 1, "quantity": 10**30}]},
        {"lines": [{"product_id": "\x00", "quantity": 1}]},
        {"lines": [{"product_id": 1, "quantity": 1}] * 10_000},
        {"channel": "FAX"},
        {"user_id": 0},
        {"user_id": 2**31},
    ],
)
def test_a_malformed_allocation_is_refused(broken: dict[str, Any]) -> None:
    assert list(refused_fields(AllocationIn, {**ALLOCATION, **broken})) == list(broken)


def test_a_good_allocation_is_accepted() -> None:
    assert refused_fields(AllocationIn, ALLOCATION) == {}
