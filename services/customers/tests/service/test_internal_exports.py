"""GET /internal/exports/customers: analytics reads again what `customers.customer_changed.v1` has told."""

import pytest
from httpx import AsyncClient

from libs.common.contracts.internal.customers import EXPORT_CUSTOMERS, EXPORTED_CUSTOMERS
from libs.common.contracts.internal.samples import sample
from libs.testing.exports import exported, page_of
from libs.testing.outbox import events_in_outbox
from libs.testing.plans import generic_plan
from libs.testing.samples import ask
from libs.testing.tokens import Tokens
from services.customers.deps import Deps
from services.customers.tests.builders import a_customer, a_paid_order, customer_path, pay
from services.customers.usecases.customers.exporting import CUSTOMERS


@pytest.fixture
def analytics(tokens: Tokens) -> dict[str, str]:
    """The token of analytics."""
    return tokens.service(caller="analytics", audience="customers")


async def three_customers(client: AsyncClient) -> list[int]:
    """The ids of three customers."""
    return [
        (await a_customer(client, phone_number=f"55443300{number}", email=None))["id"]
        for number in (11, 12, 13)
    ]


async def test_the_export_says_what_the_last_events_said(
    client: AsyncClient, deps: Deps, analytics: dict[str, str]
) -> None:
    changed, deleted, buyer = await three_customers(client)
    await client.patch(customer_path(changed), json={"first_name": "Ana", "email": "ana@example.com"})
    await client.delete(customer_path(deleted))
    await deps.database.execute("update customers set is_frequent = true where id = %s", [buyer])
    await pay(deps, a_paid_order(buyer))
    events = await events_in_outbox(deps.database, "customers.customer_changed.v1")
    newest = {event.data["customer_id"]: event.data for event in events}
    assert [each["deleted"] for each in newest.values()] == [False, True, False]
    assert newest[buyer]["is_frequent"] is False  # told by the purchase, not by a change of the customer
    assert await exported(client, EXPORTED_CUSTOMERS, analytics) == list(newest.values())


async def test_every_limit_reads_the_same(client: AsyncClient, analytics: dict[str, str]) -> None:
    ids = await three_customers(client)
    for limit in (1, 2, 3, 4):
        customers = await exported(client, EXPORTED_CUSTOMERS, analytics, limit=limit)
        assert [customer["customer_id"] for customer in customers] == ids


async def test_a_customer_registered_meanwhile_is_on_a_later_page(
    client: AsyncClient, analytics: dict[str, str]
) -> None:
    ids = await three_customers(client)
    items, place = await page_of(client, EXPORTED_CUSTOMERS, analytics, limit=2)
    assert ([item["customer_id"] for item in items], place) == (ids[:2], ids[1])
    late = (await a_customer(client))["id"]
    items, place = await page_of(client, EXPORTED_CUSTOMERS, analytics, after=ids[1])
    assert ([item["customer_id"] for item in items], place) == ([ids[2], late], late)
    assert await page_of(client, EXPORTED_CUSTOMERS, analytics, after=late) == ([], None)


async def test_the_export_is_answered_as_sampled(client: AsyncClient, analytics: dict[str, str]) -> None:
    await a_customer(client)
    assert await ask(client, EXPORT_CUSTOMERS, analytics) == sample(EXPORT_CUSTOMERS).answer


@pytest.mark.usefixtures("client")
async def test_a_page_is_read_by_primary_key(deps: Deps) -> None:
    assert "Index Scan using pk_customers" in await generic_plan(deps.database, CUSTOMERS)
