"""A payment of credit has a method, and a drawer that takes it (contract §8.1, §8.8)."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient, Response

from libs.common.contracts.customers import CreditPaymentReceived
from libs.common.drawers import Drawer
from libs.testing.idempotency import lose_answers
from libs.testing.outbox import events_in_outbox, models_in_outbox
from libs.testing.pos import NOT_FOUND
from services.customers.deps import Deps
from services.customers.tests.builders import a_customer, balances, customer_path, has
from services.customers.tests.fakes import FakeDrawers

TILL_ID = 7
UNKNOWN = {"register": ['Invalid pk "9" - object does not exist.']}
CLOSED = {"register": ["La caja no tiene un turno abierto."]}
REQUIRED = {"non_field_errors": ["Abre un turno para cobrar."]}
SELECT_LINE = """
select payment_method, shift_id, register_id from credit_ledger where transaction_type = 'PAYMENT'
"""


@pytest.fixture(autouse=True)
async def maria(client: AsyncClient, deps: Deps) -> None:
    """A customer who owes 550.50."""
    await a_customer(client)
    await has(deps, credit_used="550.50")


@pytest.fixture(autouse=True)
def shifts(drawers: FakeDrawers) -> None:
    """Register 2 has the open shift 12, register 3 none."""
    drawers.of_registers = {2: 12, 3: None}


async def pay(client: AsyncClient, *, key: str | None = None, **body: Any) -> Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(customer_path(1) + "pay-credit/", json={"amount": 200, **body}, headers=headers)


async def told(deps: Deps) -> list[tuple[str, str, int | None, int | None]]:
    """The amounts of the payments that were told, with method, shift and register."""
    events = await models_in_outbox(deps.database, CreditPaymentReceived)
    return [(str(each.amount), each.payment_method, each.shift_id, each.register_id) for each in events]


class TestTheDrawer:
    async def test_of_the_named_register_takes_the_money(
        self, client: AsyncClient, deps: Deps, drawers: FakeDrawers
    ) -> None:
        assert (await pay(client, register=2)).status_code == 200
        assert drawers.asked == [(TILL_ID, 2)]
        (event,) = await events_in_outbox(deps.database, "customers.credit_payment_received.v1")
        (line,) = await deps.database.fetch_dicts(
            "select id from credit_ledger where transaction_type = 'PAYMENT'", {}
        )
        assert (event.subject, event.data) == (
            "customer/1",
            {
                "customer_id": 1,
                "ledger_id": line["id"],
                "amount": "200.00",
                "payment_method": "CASH",
                "shift_id": 12,
                "register_id": 2,
                "user_id": TILL_ID,
                "paid_at": "2026-03-02T18:00:00Z",
            },
        )
        assert await deps.database.fetch_dicts(SELECT_LINE, {}) == [
            {"payment_method": "CASH", "shift_id": 12, "register_id": 2}
        ]

    @pytest.mark.parametrize("body", [{}, {"register": None}])
    async def test_is_the_one_that_sales_knows_without_a_register(
        self, client: AsyncClient, deps: Deps, drawers: FakeDrawers, body: dict[str, Any]
    ) -> None:
        drawers.of_users = {TILL_ID: Drawer(15, 4)}
        assert (await pay(client, **body)).status_code == 200
        assert drawers.asked == [(TILL_ID, None)]
        assert await told(deps) == [("200.00", "CASH", 15, 4)]

    async def test_need_not_be(self, client: AsyncClient, deps: Deps) -> None:
        assert (await pay(client)).status_code == 200
        assert await told(deps) == [("200.00", "CASH", None, None)]

    async def test_gets_what_was_applied_to_the_debt(self, client: AsyncClient, deps: Deps) -> None:
        await pay(client, amount=1000, register=2)
        assert await told(deps) == [("550.50", "CASH", 12, 2)]
        assert (await pay(client, amount=5, register=2)).status_code == 200
        assert len(await told(deps)) == 1  # nothing was owed


class TestTheMethod:
    @pytest.mark.parametrize("method", ["CASH", "CARD", "TRANSFER"])
    async def test_is_kept_and_told(self, client: AsyncClient, deps: Deps, method: str) -> None:
        assert (await pay(client, payment_method=method, register=2)).status_code == 200
        assert await told(deps) == [("200.00", method, 12, 2)]
        (paid, *others) = (await client.get(customer_path(1) + "credit-history/")).json()
        assert (paid["payment_method"], paid["register"]) == (method, 2)
        assert {line["payment_method"] for line in others} <= {None}

    @pytest.mark.parametrize("method", ["POINTS", "cash", "", "VOUCHER"])
    async def test_is_one_of_three(self, client: AsyncClient, deps: Deps, method: str) -> None:
        answer = await pay(client, payment_method=method)
        assert (answer.status_code, answer.json()) == (
            400,
            {"payment_method": [f'"{method}" is not a valid choice.']},
        )
        assert await balances(deps) == (0, "550.50")


class TestNoDrawer:
    async def test_of_an_unknown_customer_is_not_found(self, client: AsyncClient, deps: Deps) -> None:
        await deps.database.execute("update customers set deleted_at = now()")
        answer = await pay(client, register=9)
        assert (answer.status_code, answer.json()) == (404, NOT_FOUND)

    @pytest.mark.parametrize(("register", "problem"), [(9, UNKNOWN), (3, CLOSED)])
    async def test_at_the_named_register_is_refused(
        self, client: AsyncClient, deps: Deps, register: int, problem: dict[str, Any]
    ) -> None:
        answer = await pay(client, register=register)
        assert (answer.status_code, answer.json()) == (400, problem)
        assert (await balances(deps), await told(deps)) == ((0, "550.50"), [])

    async def test_is_told_together_with_malformed_fields(self, client: AsyncClient) -> None:
        answer = await pay(client, amount="all", register=3)
        assert answer.json() == {"amount": ["A valid number is required."], **CLOSED}
        answer = await pay(client, amount="all", register=2)
        assert answer.json() == {"amount": ["A valid number is required."]}

    async def test_is_refused_where_the_shop_requires_a_shift(
        self, client: AsyncClient, deps: Deps, drawers: FakeDrawers
    ) -> None:
        drawers.needs_shift = True
        answer = await pay(client)
        assert (answer.status_code, answer.json()) == (400, REQUIRED)
        assert await balances(deps) == (0, "550.50")
        drawers.of_users = {TILL_ID: Drawer(15, 4)}
        assert (await pay(client)).status_code == 200

    @pytest.mark.parametrize("register", ["two", True, {}])
    async def test_is_meant_by_what_is_no_id(self, client: AsyncClient, register: Any) -> None:
        answer = await pay(client, register=register)
        assert (answer.status_code, answer.json()) == (
            400,
            {"register": [f"Incorrect type. Expected pk value, received {type(register).__name__}."]},
        )


class TestWhileSalesIsAway:
    @pytest.fixture(autouse=True)
    def away(self, drawers: FakeDrawers) -> None:
        """Sales does not answer."""
        drawers.is_away = True

    async def test_money_is_taken_without_a_shift(self, client: AsyncClient, deps: Deps) -> None:
        assert (await pay(client)).status_code == 200
        assert await told(deps) == [("200.00", "CASH", None, None)]

    async def test_a_named_register_is_waited_for(
        self, client: AsyncClient, deps: Deps, drawers: FakeDrawers
    ) -> None:
        answer = await pay(client, register=2, key="abono-1")
        assert (answer.status_code, await balances(deps)) == (503, (0, "550.50"))
        drawers.is_away = False
        assert (await pay(client, register=2, key="abono-1")).status_code == 200
        assert await told(deps) == [("200.00", "CASH", 12, 2)]


class TestARequiredShift:
    """`REQUIRE_OPEN_SHIFT=true`."""

    @pytest.fixture
    def common_settings(self, common_settings: dict[str, Any]) -> dict[str, Any]:
        """The settings of a shop that requires shifts."""
        return {**common_settings, "require_open_shift": True}

    async def test_nothing_is_taken_while_sales_is_away(
        self, client: AsyncClient, deps: Deps, drawers: FakeDrawers
    ) -> None:
        drawers.is_away = True
        assert ((await pay(client)).status_code, await balances(deps)) == (503, (0, "550.50"))

    async def test_nothing_is_taken_if_sales_was_not_told_of_it(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        answer = await pay(client)
        assert (answer.status_code, answer.json()) == (400, REQUIRED)
        assert await balances(deps) == (0, "550.50")


class TestTheSamePaymentAgain:
    async def test_is_told_once(self, client: AsyncClient, deps: Deps) -> None:
        answers = await asyncio.gather(*(pay(client, register=2, key="abono-1") for _ in range(2)))
        assert {answer.content for answer in answers} == {answers[0].content}
        await lose_answers(deps.database)
        assert (await pay(client, register=2, key="abono-1")).json() == answers[0].json()
        assert await told(deps) == [("200.00", "CASH", 12, 2)]

    @pytest.mark.parametrize("is_away", [True, False])
    async def test_is_answered_though_the_shift_has_closed(
        self, client: AsyncClient, deps: Deps, drawers: FakeDrawers, *, is_away: bool
    ) -> None:
        first = await pay(client, register=2, key="abono-1")
        await lose_answers(deps.database)
        drawers.of_registers, drawers.is_away = {2: None}, is_away
        again = await pay(client, register=2, key="abono-1")
        assert (again.status_code, again.json()) == (200, first.json())
        assert await told(deps) == [("200.00", "CASH", 12, 2)]

    async def test_without_a_key_is_another(self, client: AsyncClient, deps: Deps) -> None:
        await asyncio.gather(*(pay(client, register=2) for _ in range(2)))
        assert await told(deps) == [("200.00", "CASH", 12, 2)] * 2
        assert await balances(deps) == (0, "150.50")
