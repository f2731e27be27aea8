"""Debts of all customers, by age."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from libs.testing.clock import FakeClock
from libs.testing.tokens import Tokens
from services.customers.deps import Deps
from services.customers.tests.builders import a_customer, customer_path, has
from services.customers.tests.charging import Sales

DEBTS = "/api/customers/debts/"
NOTHING = ("0.00", 0)


@pytest.fixture
def owner(client: AsyncClient, tokens: Tokens) -> AsyncClient:
    client.headers.update(tokens.bearer(role="OWNER"))
    return client


async def debts(owner: AsyncClient) -> list[tuple[str, int]]:
    """All debts, then those of up to 30 days, of 31 to 60, and older ones: amount and customers."""
    answer = (await owner.get(DEBTS)).json()
    days = [(age["from_days"], age["to_days"]) for age in answer["ages"]]
    assert days == [(0, 30), (31, 60), (61, None)]
    ages = [(age["amount"], age["customers"]) for age in answer["ages"]]
    return [(answer["total"], answer["customers"]), *ages]


async def may_owe(owner: AsyncClient, *, phone: str = "5544332211") -> int:
    """A new customer with a limit of 1000.00."""
    made = await a_customer(owner, phone_number=phone, email=None, credit_limit="1000.00")
    return int(made["id"])


async def charge(sales: Sales, customer_id: int, credit: str) -> UUID:
    charge_id = uuid4()
    answer = await sales.charge(customer_id, charge_id=charge_id, credit=credit)
    assert answer.is_success, answer.text
    return charge_id


async def pay(owner: AsyncClient, customer_id: int, amount: str) -> None:
    paid = await owner.post(customer_path(customer_id) + "pay-credit/", json={"amount": amount})
    assert paid.status_code == 200, paid.text


async def test_a_shop_to_which_nobody_owes_anything_has_zeros(owner: AsyncClient) -> None:
    await may_owe(owner)
    assert await debts(owner) == [NOTHING] * 4


async def test_a_debt_is_as_old_as_its_charges_in_days_of_the_store(
    owner: AsyncClient, sales: Sales, clock: FakeClock
) -> None:
    maria, jose = await may_owe(owner), await may_owe(owner, phone="5511223344")
    await charge(sales, maria, "100.00")
    clock.advance(days=31)
    await charge(sales, maria, "20.50")
    await charge(sales, jose, "7.00")
    assert await debts(owner) == [("127.50", 2), ("27.50", 2), ("100.00", 1), NOTHING]
    clock.advance(days=30)
    assert await debts(owner) == [("127.50", 2), ("27.50", 2), NOTHING, ("100.00", 1)]
    clock.advance(days=1)
    assert await debts(owner) == [("127.50", 2), NOTHING, ("27.50", 2), ("100.00", 1)]


async def test_the_day_of_a_charge_is_the_stores(owner: AsyncClient, sales: Sales, clock: FakeClock) -> None:
    maria = await may_owe(owner)
    midnight = clock().replace(hour=6, minute=0, second=0, microsecond=0)  # in Mexico City
    clock.set(midnight - timedelta(seconds=1))
    await charge(sales, maria, "1.00")
    clock.set(midnight)
    await charge(sales, maria, "2.00")
    for moment in (timedelta(days=30), timedelta(days=31, seconds=-1)):
        clock.set(midnight + moment)
        assert await debts(owner) == [("3.00", 1), ("2.00", 1), ("1.00", 1), NOTHING]
    clock.set(midnight + timedelta(days=60))
    assert await debts(owner) == [("3.00", 1), NOTHING, ("2.00", 1), ("1.00", 1)]


async def test_a_payment_settles_the_oldest_charges_first(
    owner: AsyncClient, sales: Sales, clock: FakeClock
) -> None:
    maria = await may_owe(owner)
    await charge(sales, maria, "100.00")
    clock.advance(days=40)
    await charge(sales, maria, "50.00")
    await pay(owner, maria, "70.00")
    assert await debts(owner) == [("80.00", 1), ("50.00", 1), ("30.00", 1), NOTHING]
    await pay(owner, maria, "60.00")
    assert await debts(owner) == [("20.00", 1), ("20.00", 1), NOTHING, NOTHING]
    await pay(owner, maria, "20.00")
    assert await debts(owner) == [NOTHING] * 4


async def test_what_was_given_back_is_not_owed_of_its_charge(
    owner: AsyncClient, sales: Sales, clock: FakeClock
) -> None:
    maria = await may_owe(owner)
    old = await charge(sales, maria, "100.00")
    clock.advance(days=40)
    new = await charge(sales, maria, "50.00")
    assert (await sales.refund(old, credit="90.00")).is_success
    assert await debts(owner) == [("60.00", 1), ("50.00", 1), ("10.00", 1), NOTHING]
    assert (await sales.refund(new, credit="45.00")).is_success
    assert await debts(owner) == [("15.00", 1), ("5.00", 1), ("10.00", 1), NOTHING]
    clock.advance(days=25)
    assert await debts(owner) == [("15.00", 1), ("5.00", 1), NOTHING, ("10.00", 1)]


async def test_a_debt_without_a_charge_of_these_days_is_old(owner: AsyncClient, deps: Deps) -> None:
    await may_owe(owner)
    await has(deps, credit_used="550.50")
    assert await debts(owner) == [("550.50", 1), NOTHING, NOTHING, ("550.50", 1)]
