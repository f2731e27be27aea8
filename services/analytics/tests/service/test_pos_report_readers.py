"""Reports are read by ADMIN and OWNER, and by nobody else."""

from collections.abc import Mapping

import httpx
import pytest

from libs.testing.pos import ANONYMOUS, FORBIDDEN
from libs.testing.tokens import Tokens
from services.analytics.tests.builders import Consume, a_customer, a_paid_order, a_product

REPORTS: Mapping[str, Mapping[str, str]] = {
    "sales-summary": {},
    "timeline": {},
    "overview": {},
    "staff": {},
    "taxes": {},
    "product-ranking": {},
    "customer-sales": {"customer_id": "5"},
    "reports/low-stock": {},
    "reports/dead-inventory": {},
    "sales-velocity": {"identifier": "SKU-1"},
    "inventory-valuation": {},
    "suggested-orders": {},
}


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest) -> httpx.URL:
    """A report with the parameters that it needs."""
    return httpx.URL(f"/api/analytics/{request.param}/", params=REPORTS[request.param])


async def test_anonymous_is_refused(client: httpx.AsyncClient, report: httpx.URL) -> None:
    answer = await client.get(report)
    assert (answer.status_code, answer.json()) == (401, ANONYMOUS)


@pytest.mark.parametrize("role", ["EMPLOYEE", "USER"])
async def test_others_than_admin_and_owner_are_refused(
    client: httpx.AsyncClient, tokens: Tokens, report: httpx.URL, role: str
) -> None:
    answer = await client.get(report, headers=tokens.bearer(role=role))
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)


@pytest.mark.parametrize("role", ["ADMIN", "OWNER"])
async def test_admin_and_owner_read_it(
    client: httpx.AsyncClient, tokens: Tokens, consume: Consume, report: httpx.URL, role: str
) -> None:
    await consume(a_product(sku="SKU-1"), a_customer(5), a_paid_order(customer_id=5))
    answer = await client.get(report, headers=tokens.bearer(role=role))
    assert answer.status_code == 200, answer.text
