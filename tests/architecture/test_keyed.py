"""The routes that take an `Idempotency-Key` (contract §1, §8).

The mechanism's own tests are `libs/common/tests/http/service/test_idempotency.py`; the services repeat each
request with its key, at once and after its answer was lost.
"""

import pytest

from tests.architecture.endpoints import Endpoint, each

pytestmark = pytest.mark.unit

CHANGED_BY_KEY = ("/sales/invoices", "/sales/returns")
ELSEWHERE = {
    "/api/approvals/",
    "/api/customers/{}/pay-credit/",
    "/api/customers/{}/points/",
    "/api/products/{}/reserve/",
    "/api/products/{}/stock/",
}
"""What is posted to other services than sales."""


def changes_something(endpoint: Endpoint) -> bool:
    return endpoint.door != "internal" and endpoint.method != "GET"


def takes_key(endpoint: Endpoint) -> bool:
    """Whether a repeat must not do the work twice, as the table of doors says."""
    if endpoint.service != "sales":
        return endpoint.path in ELSEWHERE
    if endpoint.method == "POST":
        return endpoint.path != "/sales/carts"
    return endpoint.path.startswith(CHANGED_BY_KEY)


@each(changes_something)
def test_a_route_that_must_not_do_its_work_twice_takes_a_key(endpoint: Endpoint) -> None:
    assert endpoint.facts.is_keyed is takes_key(endpoint)
