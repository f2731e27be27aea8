"""The fields of allocations, cancellations, returns and quotes, and which of them are refused."""

from typing import Any

import pytest

from libs.testing.bodies import refused_fields
from libs.testing.doors import client_at
from libs.testing.tokens import Tokens
from services.catalog.api.internal import internal
from services.catalog.api.internal.allocations import AllocationIn, CancellationIn
from services.catalog.api.internal.returns import ReturnIn

RETURN = {
    "order_uuid": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    "user_id": 4,
    "lines": [{"product_id": 1, "quantity": 1, "disposition": "restock"}],
}
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


@pytest.mark.parametrize(
    "body", [{}, {"put_back": None}, {"put_back": []}, {"put_back": ALLOCATION["lines"]}]
)
def test_a_cancellation_may_say_what_goes_back(body: dict[str, Any]) -> None:
    assert refused_fields(CancellationIn, body) == {}


@pytest.mark.parametrize(
    "put_back",
    [
        "everything",
        [{"product_id": 1}],
        [{"product_id": 1, "quantity": 0}],
        [{"product_id": 0, "quantity": 1}],
        [{"product_id": 1, "quantity": 1}] * 10_000,
    ],
)
def test_a_malformed_cancellation_is_refused(put_back: object) -> None:
    assert list(refused_fields(CancellationIn, {"put_back": put_back})) == ["put_back"]


@pytest.mark.parametrize(
    "broken",
    [
        {"order_uuid": "x"},
        {"user_id": 0},
        {"user_id": 2**31},
        {"lines": []},
        {"lines": None},
        {"lines": [{"product_id": 1, "quantity": 1}]},
        {"lines": [{"product_id": 1, "quantity": 1, "disposition": "lost"}]},
        {"lines": [{"product_id": 1, "quantity": 0, "disposition": "restock"}]},
        {"lines": [{"product_id": 1, "quantity": 10**9 + 1, "disposition": "restock"}]},
        {"lines": [{"product_id": 0, "quantity": 1, "disposition": "restock"}]},
        {"lines": [{"product_id": 1, "quantity": 1, "disposition": "restock"}] * 10_000},
    ],
)
def test_a_malformed_return_is_refused(broken: dict[str, Any]) -> None:
    assert list(refused_fields(ReturnIn, {**RETURN, **broken})) == list(broken)


def test_a_good_return_is_accepted() -> None:
    assert refused_fields(ReturnIn, RETURN) == {}


@pytest.mark.parametrize("query", ["", "product_id=0", "product_id=x", f"product_id={2**63}", "product_id="])
async def test_a_bad_query_of_quotes_is_refused(tokens: Tokens, query: str) -> None:
    async with client_at("catalog", internal, tokens) as client:
        answer = await client.get(f"/internal/quotes?{query}", headers=tokens.service())
    assert answer.status_code == 400
    assert all(field.startswith("product_id") for field in answer.json()["details"]["fields"])
