"""Paying off credit, and the ledger of credit (contract §5, POS 16 to 18)."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

from libs.common.contracts.customers import CreditChanged
from libs.testing.horizon import all_ended
from libs.testing.idempotency import lose_answers
from libs.testing.links import rest_of
from libs.testing.outbox import events_in_outbox, models_in_outbox
from libs.testing.pos import NOT_FOUND
from libs.testing.tokens import Tokens
from services.customers.deps import Deps
from services.customers.tests.builders import NO_SUCH_ID, a_customer, balances, customer_path, has, reading
from services.customers.tests.charging import Sales

TILL_ID = 7
NOT_POSITIVE = {"error": ["El monto del abono debe ser positivo."]}


@pytest.fixture(autouse=True)
async def maria(client: AsyncClient, deps: Deps) -> None:
    """A frequent customer who owes 550.50."""
    await a_customer(client)
    await has(deps, is_frequent=True, credit_used="550.50")


async def pay(client: AsyncClient, *, customer_id: int = 1, key: str | None = None, **body: Any) -> Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(customer_path(customer_id) + "pay-credit/", json=body, headers=headers)


async def ledger(client: AsyncClient) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = (await client.get(customer_path(1) + "credit-history/")).json()
    return answer


class TestAPayment:
    @pytest.mark.parametrize("amount", [200.00, 200, "200", "200.00", " 200.0 "])
    async def test_lowers_the_debt(self, client: AsyncClient, deps: Deps, amount: Any) -> None:
        response = await pay(client, amount=amount, description="Partial payment via Bank Transfer")
        assert (response.status_code, response.json()) == (
            200,
            {"status": "success", "new_credit_used": "350.50", "available_credit": "1649.50"},
        )
        assert await balances(deps) == (0, "350.50")
        assert {**(await ledger(client))[0], "id": 0} == {
            "id": 0,
            "amount": "200.00",
            "transaction_type": "PAYMENT",
            "description": "Partial payment via Bank Transfer",
            "user": TILL_ID,
            "created_at": "2026-03-02T18:00:00Z",
            "payment_method": "CASH",
            "register": None,
        }

    @pytest.mark.parametrize("body", [{}, {"description": None}, {"description": " "}])
    async def test_needs_no_description(self, client: AsyncClient, body: dict[str, Any]) -> None:
        assert (await pay(client, amount="0.01", **body)).status_code == 200
        assert (await ledger(client))[0]["description"] == "Abono"

    async def test_of_more_than_the_debt_books_the_debt(self, client: AsyncClient, deps: Deps) -> None:
        response = await pay(client, amount="9999999999.99")
        assert response.json() == {
            "status": "success",
            "new_credit_used": "0.00",
            "available_credit": "2000.00",
        }
        assert (await ledger(client))[0]["amount"] == "550.50"
        assert await balances(deps) == (0, "0.00")

    async def test_without_a_debt_books_nothing(self, client: AsyncClient, deps: Deps) -> None:
        await pay(client, amount="550.50")
        lines = len(await ledger(client))
        response = await pay(client, amount=10, key="abono-1")
        assert (response.status_code, response.json()["new_credit_used"]) == (200, "0.00")
        assert len(await ledger(client)) == lines
        await lose_answers(deps.database)
        assert (await pay(client, amount=10, key="abono-1")).json() == response.json()

    async def test_without_a_debt_changes_neither_version_nor_feed(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        await deps.database.execute("update customers set credit_used = 0")
        await all_ended(deps.database)
        version = (await client.get("/api/customers/1/")).headers["ETag"]
        feed = (await client.get("/api/customers/changes/")).json()["next"]
        assert (await pay(client, amount=10)).status_code == 200
        assert (await client.get("/api/customers/1/")).headers["ETag"] == version
        await all_ended(deps.database)
        assert (await client.get(f"/api/customers/changes/?after={feed}")).json()["items"] == []

    async def test_of_a_debt_changes_both(self, client: AsyncClient, deps: Deps) -> None:
        version = (await client.get("/api/customers/1/")).headers["ETag"]
        feed = (await client.get("/api/customers/changes/")).json()["next"]
        await pay(client, amount=10)
        assert (await client.get("/api/customers/1/")).headers["ETag"] != version
        await all_ended(deps.database)
        changed = (await client.get(f"/api/customers/changes/?after={feed}")).json()["items"]
        assert [customer["credit_used"] for customer in changed] == ["540.50"]

    async def test_above_a_lowered_limit_leaves_no_credit(self, client: AsyncClient, deps: Deps) -> None:
        await deps.database.execute("update customers set credit_limit = 100")
        response = await pay(client, amount=50)
        assert (response.json()["new_credit_used"], response.json()["available_credit"]) == ("500.50", "0.00")

    @pytest.mark.parametrize(
        "body", [{}, *({"amount": amount} for amount in (None, "", "  ", 0, "0.00", -0.01, "-200"))]
    )
    async def test_that_is_not_positive_is_refused(
        self, client: AsyncClient, deps: Deps, body: dict[str, Any]
    ) -> None:
        response = await pay(client, **body)
        assert (response.status_code, response.json()) == (400, NOT_POSITIVE)
        assert response.headers["X-Error-Code"] == "payment_not_positive"
        assert await balances(deps) == (0, "550.50")

    @pytest.mark.parametrize(
        ("body", "problems"),
        [
            ({"amount": "all"}, {"amount": ["A valid number is required."]}),
            ({"amount": True}, {"amount": ["A valid number is required."]}),
            (
                {"amount": "1.001"},
                {"amount": ["Ensure that there are no more than 2 decimal places."]},
            ),
            (
                {"amount": 1, "description": "x" * 256},
                {"description": ["Ensure this field has no more than 255 characters."]},
            ),
            *(
                (
                    {**amount, "description": True, "register": 99},
                    {
                        "description": ["Not a valid string."],
                        "register": ['Invalid pk "99" - object does not exist.'],
                        **NOT_POSITIVE,
                    },
                )
                for amount in ({}, {"amount": ""}, {"amount": -5})
            ),
        ],
    )
    async def test_that_is_malformed_is_refused(
        self, client: AsyncClient, deps: Deps, body: dict[str, Any], problems: dict[str, Any]
    ) -> None:
        response = await pay(client, **body)
        assert (response.status_code, response.json()) == (400, problems)
        assert await balances(deps) == (0, "550.50")

    async def test_of_an_unknown_or_deleted_customer_is_not_found(
        self, client: AsyncClient, deps: Deps
    ) -> None:
        await deps.database.execute("update customers set deleted_at = now()")
        for customer_id in (1, NO_SUCH_ID):
            for amount in (5, 0):
                response = await pay(client, customer_id=customer_id, amount=amount)
                assert (response.status_code, response.json()) == (404, NOT_FOUND)

    async def test_is_published(self, client: AsyncClient, deps: Deps) -> None:
        await pay(client, amount=200)
        (event,) = await events_in_outbox(deps.database, "customers.credit_changed.v1")
        assert event.subject == "customer/1"
        assert event.data == {
            "customer_id": 1,
            "change": "-200.00",
            "credit_used": "350.50",
            "credit_limit": "2000.00",
            "transaction_type": "PAYMENT",
            "ledger_id": 2,
            "reference": None,
            "user_id": TILL_ID,
            "changed_at": "2026-03-02T18:00:00Z",
        }


class TestTheSamePaymentAgain:
    async def test_with_the_same_key_is_booked_once(self, client: AsyncClient, deps: Deps) -> None:
        first = await pay(client, amount=200, key="abono-1")
        again = await pay(client, amount=200, key="abono-1")
        assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
        assert await balances(deps) == (0, "350.50")
        assert (await pay(client, amount=201, key="abono-1")).status_code == 422

    async def test_after_a_crash_answers_the_debt_of_then(
        self, client: AsyncClient, sales: Sales, deps: Deps
    ) -> None:
        jose = await a_customer(client, phone_number="5511223344", email=None)
        await deps.database.execute("update customers set is_frequent = true")
        assert (await sales.charge(jose["id"], credit="70.00")).status_code == 200
        first = await pay(client, amount=200, key="abono-1")
        await lose_answers(deps.database)
        await pay(client, amount=50)
        assert (await pay(client, amount=200, key="abono-1")).json() == first.json()
        assert await balances(deps) == (0, "300.50")

    async def test_at_once_is_booked_once(self, client: AsyncClient, deps: Deps) -> None:
        answers = await asyncio.gather(*(pay(client, amount=200, key="abono-1") for _ in range(2)))
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].content == answers[1].content
        assert await balances(deps) == (0, "350.50")


class TestAtOnce:
    async def test_payments_and_charges_add_up(self, client: AsyncClient, sales: Sales, deps: Deps) -> None:
        """Every one of them succeeds, whatever the order: the debt is never paid off, the limit far away."""
        requests = [
            request
            for _ in range(16)
            for request in (pay(client, amount="30.00"), sales.charge(credit="20.00"))
        ]
        answers = await asyncio.gather(*requests)
        assert {answer.status_code for answer in answers} == {200}
        assert await balances(deps) == (0, "390.50")

    async def test_payments_book_no_more_than_the_debt(self, client: AsyncClient, deps: Deps) -> None:
        answers = await asyncio.gather(*(pay(client, amount="100.00") for _ in range(16)))
        assert {answer.status_code for answer in answers} == {200}
        assert await balances(deps) == (0, "0.00")
        booked = [line["amount"] for line in await ledger(client) if line["transaction_type"] == "PAYMENT"]
        assert booked == ["50.50"] + ["100.00"] * 5
        told = await models_in_outbox(deps.database, CreditChanged)
        assert [event.credit_used for event in told][-1] == Decimal("0.00")


class TestCreditHistory:
    async def test_shows_the_newest_first_a_page_at_a_time(self, client: AsyncClient, sales: Sales) -> None:
        await sales.charge(credit="1.00")
        await pay(client, amount=2)
        response = await client.get(customer_path(1) + "credit-history/", params={"limit": 1})
        assert [line["amount"] for line in response.json()] == ["2.00"]
        assert response.headers["X-Total-Count"] == "3"
        await pay(client, amount=3)  # a newer line is no reason to show one twice
        assert await rest_of(client, response) == [2, 1]

    async def test_is_read_from_the_oldest_line_on(self, client: AsyncClient, sales: Sales) -> None:
        await sales.charge(credit="1.00")
        await pay(client, amount=2)
        path = customer_path(1) + "credit-history/"
        lines = (await client.get(path, params={"ordering": "created_at"})).json()
        assert lines == (await client.get(path)).json()[::-1]
        assert [line["amount"] for line in lines][1:] == ["1.00", "2.00"]

    async def test_shows_nobody_elses_lines(self, client: AsyncClient) -> None:
        other = await a_customer(client, phone_number="55", email=None)
        response = await client.get(customer_path(other["id"]) + "credit-history/")
        assert (response.json(), response.headers["X-Total-Count"]) == ([], "0")

    async def test_of_an_unknown_id_is_not_found(self, client: AsyncClient) -> None:
        response = await client.get(customer_path(NO_SUCH_ID) + "credit-history/")
        assert (response.status_code, response.json()) == (404, NOT_FOUND)


async def test_a_customer_is_deleted_only_after_the_debt_is_paid(client: AsyncClient) -> None:
    response = await client.delete(customer_path(1))
    assert (response.status_code, response.json()) == (
        400,
        {"error": ["El cliente tiene un saldo de crédito pendiente: $550.50"]},
    )
    await pay(client, amount="550.50")
    assert (await client.delete(customer_path(1))).status_code == 204


async def test_a_limit_that_is_lowered_leaves_the_debt(
    client: AsyncClient, sales: Sales, tokens: Tokens
) -> None:
    body = {"credit_limit": "100.00"}
    await client.patch(customer_path(1), json=body, headers=tokens.bearer(role="ADMIN"))
    customer = await reading(client, 1)
    assert (customer["credit_used"], customer["credit_limit"], customer["available_credit"]) == (
        "550.50",
        "100.00",
        "0.00",
    )
    assert (await sales.charge(credit="0.01")).status_code == 409
    await pay(client, amount="450.51")
    assert (await sales.charge(credit="0.01")).status_code == 200


async def test_the_debt_is_charges_less_payments_plus_adjustments(
    client: AsyncClient, sales: Sales, deps: Deps
) -> None:
    charge_id = uuid4()
    await sales.charge(credit="100.00", charge_id=charge_id)
    await pay(client, amount="50.25")
    await sales.refund(charge_id, credit="20.25")
    sums = {"CHARGE": Decimal(0), "PAYMENT": Decimal(0), "ADJUSTMENT": Decimal(0)}
    for line in await ledger(client):
        sums[line["transaction_type"]] += Decimal(line["amount"])
    assert sums == {
        "CHARGE": Decimal("650.50"),
        "PAYMENT": Decimal("50.25"),
        "ADJUSTMENT": Decimal("-20.25"),
    }
    assert await balances(deps) == (0, "580.00")
