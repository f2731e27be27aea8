"""Every POST of the counter takes an `Idempotency-Key` (contract §8)."""

import pytest

from tests.architecture.endpoints import Endpoint, each

pytestmark = pytest.mark.unit

ELSEWHERE = {"/api/approvals/", "/api/customers/{}/pay-credit/"}
"""What the counter posts to other services than sales."""


def is_posted_at_the_counter(endpoint: Endpoint) -> bool:
    is_of_sales = (endpoint.service, endpoint.door) == ("sales", "pos")
    return endpoint.method == "POST" and (is_of_sales or endpoint.path in ELSEWHERE)


@each(is_posted_at_the_counter)
def test_a_post_of_the_counter_honours_its_key(endpoint: Endpoint) -> None:
    assert endpoint.facts.is_keyed
