"""Sales charges points and credit for an order, asks whether it did, and gives them back."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from httpx import AsyncClient

from libs.common.contracts.customers import CreditChanged, PointsChanged
from libs.common.contracts.internal.customers import (
    GET_CHARGE,
    NOT_FOUND,
    PUT_CHARGE,
    PUT_CHARGE_FENCE,
    PUT_REFUND,
    PUT_REFUND_FENCE,
    Refusal,
    charge_path,
)
from libs.common.contracts.internal.samples import sample
from libs.testing.answers import refusal
from libs.testing.outbox import events_in_outbox, models_in_outbox
from libs.testing.samples import ask
from services.customers.deps import Deps
from services.customers.tests.builders import NO_SUCH_ID, a_customer, balances, customer_path, has
from services.customers.tests.charging import ORDER, SELLER_ID, Sales, a_charge

JOSE = {"phone_number": "5511223344", "email": "jose@example.com"}
SAMPLED = UUID("5d7c2b1e-3f60-5a4d-9c8b-7e6f5a4d3c2b")


async def lines(deps: Deps, ledger: str) -> list[dict[str, Any]]:
    """The newest line of a ledger."""
    query = f"select * from {ledger} order by id desc limit 1"
    return await deps.database.fetch_dicts(query.encode())


@pytest.mark.usefixtures("maria")
class TestACharge:
    async def test_of_points_takes_them(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=100)
        charge_id = uuid4()
        response = await sales.charge(points=60, charge_id=charge_id)
        assert (response.status_code, response.json()) == (200, {"charge_id": str(charge_id)})
        assert await balances(deps) == (40, "0.00")
        (line,) = await lines(deps, "points_ledger")
        assert (line["amount"], line["transaction_type"], line["description"]) == (
            -60,
            "REDEEM",
            "Compra F47AC10B",
        )
        assert (line["reference"], line["user_id"], line["created_at"]) == (
            charge_id,
            SELLER_ID,
            deps.clock(),
        )

    async def test_of_credit_is_owed(self, sales: Sales, deps: Deps) -> None:
        await has(deps, is_frequent=True)
        charge_id = uuid4()
        assert (await sales.charge(credit="350.50", charge_id=charge_id)).status_code == 200
        assert await balances(deps) == (0, "350.50")
        (line,) = await lines(deps, "credit_ledger")
        assert (line["amount"], line["transaction_type"], line["description"]) == (
            Decimal("350.50"),
            "CHARGE",
            "Compra F47AC10B",
        )
        assert (line["reference"], line["user_id"], line["created_at"]) == (
            charge_id,
            SELLER_ID,
            deps.clock(),
        )

    async def test_of_both_takes_both(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=100, credit_limit=500)
        assert (await sales.charge(points=100, credit="500.00")).status_code == 200
        assert await balances(deps) == (0, "500.00")

    async def test_concerns_its_customer_alone(self, client: AsyncClient, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=100)
        jose = await a_customer(client, **JOSE)
        earned = {"transaction_type": "EARN", "amount": 80, "description": "Concurso"}
        await client.post(customer_path(jose["id"]) + "points/", json=earned)
        assert (await sales.charge(points=60)).status_code == 200
        assert (await balances(deps), await balances(deps, jose["id"])) == ((40, "0.00"), (80, "0.00"))

    async def test_is_published_with_the_balances_after_it(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=100, credit_limit=500, credit_used="50.00")
        await sales.charge(points=60, credit="200.00")
        common = {
            "customer_id": 1,
            "ledger_id": 2,
            "reference": str(ORDER),
            "user_id": SELLER_ID,
            "changed_at": "2026-03-02T18:00:00Z",
        }
        (points,) = await events_in_outbox(deps.database, "customers.points_changed.v1")
        (credit,) = await events_in_outbox(deps.database, "customers.credit_changed.v1")
        assert points.subject == credit.subject == "customer/1"
        assert points.data == {
            "change": -60,
            "current_points": 40,
            "transaction_type": "REDEEM",
            **common,
        }
        assert credit.data == {
            "change": "200.00",
            "credit_used": "250.00",
            "credit_limit": "500.00",
            "transaction_type": "CHARGE",
            **common,
        }

    async def test_of_one_publishes_that_one(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=100, credit_limit=500)
        await sales.charge(points=60)
        assert await models_in_outbox(deps.database, CreditChanged) == []
        await sales.charge(credit="60.00")
        assert len(await models_in_outbox(deps.database, PointsChanged)) == 1

    async def test_of_both_takes_neither_if_one_is_refused(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=100, credit_limit=500)
        assert (await sales.charge(points=100, credit="500.01")).status_code == 409
        assert (await sales.charge(points=101, credit="500.00")).status_code == 409
        assert await balances(deps) == (100, "0.00")
        assert await deps.database.fetch_value("select count(*) from charges") == 0
        assert await models_in_outbox(deps.database, PointsChanged) == []

    async def test_of_points_is_taken_from_a_customer_who_owes_more_than_a_lowered_limit(
        self, sales: Sales, deps: Deps
    ) -> None:
        await has(deps, current_points=100, credit_limit=50, credit_used="80.00")
        assert (await sales.charge(points=60)).status_code == 200
        assert refusal(await sales.charge(credit="0.01"))[1] == "credit_limit_exceeded"

    async def test_of_more_points_than_there_are_is_refused(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=59)
        assert refusal(await sales.charge(points=60)) == (409, "insufficient_points", {"available": 59})

    @pytest.mark.parametrize(
        ("terms", "limit"),
        [
            ({}, "0.00"),
            ({"is_frequent": True}, "2000.00"),
            ({"credit_limit": 1500}, "1500.00"),
            ({"credit_limit": 0, "is_frequent": True}, "0.00"),
        ],
    )
    async def test_reaches_the_limit_in_force_and_not_a_cent_more(
        self, sales: Sales, deps: Deps, terms: dict[str, Any], limit: str
    ) -> None:
        await has(deps, **terms)
        details = {"credit_limit": limit, "credit_used": "0.00"}
        above = await sales.charge(credit=str(Decimal(limit) + Decimal("0.01")))
        assert refusal(above) == (409, "credit_limit_exceeded", details)
        if Decimal(limit) > 0:
            assert (await sales.charge(credit=limit)).status_code == 200
            assert (await sales.charge(credit="0.01")).status_code == 409

    async def test_of_points_is_taken_also_above_a_lowered_limit(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=10, credit_used="900.00", credit_limit=100)
        assert (await sales.charge(points=10)).status_code == 200
        assert await balances(deps) == (0, "900.00")
        assert refusal(await sales.charge(credit="0.01"))[1:] == (
            "credit_limit_exceeded",
            {"credit_limit": "100.00", "credit_used": "900.00"},
        )

    async def test_of_an_unknown_customer_is_refused(self, sales: Sales) -> None:
        assert refusal(await sales.charge(NO_SUCH_ID, points=1)) == (404, "not_found", {})

    async def test_of_a_deleted_customer_is_refused(
        self, client: AsyncClient, sales: Sales, deps: Deps
    ) -> None:
        await has(deps, current_points=100)
        await client.delete(customer_path(1))
        assert refusal(await sales.charge(points=1)) == (404, "not_found", {})

    async def test_that_was_refused_may_be_tried_again_under_its_id(self, sales: Sales, deps: Deps) -> None:
        charge_id = uuid4()
        assert (await sales.charge(points=60, charge_id=charge_id)).status_code == 409
        await has(deps, current_points=60)
        assert (await sales.charge(points=60, charge_id=charge_id)).status_code == 200

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "points"),
            ({"points": -1}, "points"),
            ({"points": 1.5}, "points"),
            ({"points": 1_000_000_001}, "points"),
            ({"credit": "-0.01"}, "credit"),
            ({"credit": "1.001"}, "credit"),
            ({"points": 1, "order_uuid": "F47AC10B"}, "order_uuid"),
            ({"points": 1, "ticket_folio": ""}, "ticket_folio"),
            ({"points": 1, "customer_id": 0}, "customer_id"),
            ({"points": 1, "user_id": None}, "user_id"),
        ],
    )
    async def test_that_is_malformed_is_refused(self, sales: Sales, body: dict[str, Any], field: str) -> None:
        status, code, details = refusal(await sales.charge(**body))
        assert (status, code, list(details["fields"])) == (400, "invalid_fields", [field])

    async def test_under_an_id_that_is_no_uuid_is_not_found(self, sales: Sales) -> None:
        path = charge_path(uuid4()).rpartition("/")[0] + "/1"
        response = await sales.client.put(path, json=a_charge(points=1), headers=sales.headers)
        assert refusal(response) == (404, "not_found", {})


@pytest.mark.usefixtures("maria")
class TestTheSameChargeAgain:
    async def test_answers_the_same_and_takes_nothing(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=100, credit_limit=100)
        charge_id = uuid4()
        first = await sales.charge(points=60, credit="80.00", charge_id=charge_id)
        again = await sales.charge(points=60, credit="80.00", charge_id=charge_id)
        assert (again.status_code, again.json()) == (200, first.json())
        assert await balances(deps) == (40, "80.00")

    async def test_answers_the_same_after_the_customer_was_deleted(
        self, client: AsyncClient, sales: Sales, deps: Deps
    ) -> None:
        await has(deps, current_points=100)
        charge_id = uuid4()
        await sales.charge(points=100, charge_id=charge_id)
        await client.delete(customer_path(1))
        assert (await sales.charge(points=100, charge_id=charge_id)).status_code == 200

    @pytest.mark.parametrize(
        "other", [{"points": 59}, {"points": 61}, {"credit": "1.00"}, {"order_uuid": str(uuid4())}]
    )
    async def test_with_another_content_is_refused(
        self, sales: Sales, deps: Deps, other: dict[str, Any]
    ) -> None:
        await has(deps, current_points=1000, credit_limit=100)
        charge_id = uuid4()
        await sales.charge(points=60, charge_id=charge_id)
        response = await sales.charge(**{"points": 60, **other}, charge_id=charge_id)
        assert refusal(response) == (409, "charge_differs", {})
        assert await balances(deps) == (940, "0.00")


@pytest.mark.usefixtures("maria")
class TestAFence:
    async def test_finds_a_charge_that_was_taken(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=100)
        charge_id = uuid4()
        await sales.charge(points=60, charge_id=charge_id)
        for _ in range(2):
            response = await sales.fence(charge_id)
            assert (response.status_code, response.json()) == (200, {"charge_id": str(charge_id)})
        assert await balances(deps) == (40, "0.00")

    async def test_bars_a_charge_that_was_not(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=100)
        charge_id = uuid4()
        for _ in range(2):
            assert refusal(await sales.fence(charge_id)) == (404, "charge_fenced", {})
        for _ in range(2):
            response = await sales.charge(points=60, charge_id=charge_id)
            assert refusal(response) == (409, "charge_fenced", {})
        assert await balances(deps) == (100, "0.00")


@pytest.mark.usefixtures("maria")
class TestARefund:
    @pytest.fixture
    async def charge_id(self, sales: Sales, deps: Deps) -> UUID:
        """A charge of 60 points of 100, and of 80.00 in credit."""
        await has(deps, current_points=100, credit_limit=100)
        charge_id = uuid4()
        await sales.charge(points=60, credit="80.00", charge_id=charge_id)
        return charge_id

    async def test_gives_points_and_credit_back(self, sales: Sales, deps: Deps, charge_id: UUID) -> None:
        refund_id = uuid4()
        response = await sales.refund(charge_id, points=20, credit="30.00", refund_id=refund_id)
        assert (response.status_code, response.json()) == (200, {"refund_id": str(refund_id)})
        assert await balances(deps) == (60, "50.00")
        for ledger, amount in [("points_ledger", 20), ("credit_ledger", -30)]:
            (line,) = await lines(deps, ledger)
            assert (line["amount"], line["transaction_type"]) == (amount, "ADJUSTMENT")
            assert (line["description"], line["reference"]) == ("Devolución F47AC10B", refund_id)

    async def test_concerns_its_customer_and_charge_alone(
        self, client: AsyncClient, sales: Sales, deps: Deps, charge_id: UUID
    ) -> None:
        jose = await a_customer(client, **JOSE)
        other_id = uuid4()
        await sales.charge(points=40, charge_id=other_id)
        await sales.refund(charge_id, points=20, credit="30.00")
        assert await balances(deps, jose["id"]) == (0, "0.00")
        assert refusal(await sales.fence_refund(other_id, uuid4())) == (404, "refund_fenced", {})
        assert refusal(await sales.refund(other_id, credit="1.00"))[1] == "refund_exceeds_charge"
        shown = [
            (await client.get(charge_path(one), headers=sales.headers)).json()
            for one in (charge_id, other_id)
        ]
        assert [(seen["points"], seen["refunded_points"]) for seen in shown] == [(60, 20), (40, 0)]
        assert (await sales.refund(other_id, points=40)).status_code == 200
        assert await balances(deps) == (60, "50.00")

    async def test_is_published(self, sales: Sales, deps: Deps, charge_id: UUID) -> None:
        await sales.refund(charge_id, points=20, credit="30.00")
        points = (await models_in_outbox(deps.database, PointsChanged))[-1]
        credit = (await models_in_outbox(deps.database, CreditChanged))[-1]
        assert (points.change, points.current_points, points.transaction_type) == (20, 60, "ADJUSTMENT")
        assert (credit.change, credit.credit_used) == (Decimal(-30), Decimal(50))
        assert credit.transaction_type == "ADJUSTMENT"
        assert points.reference == credit.reference == ORDER

    @pytest.mark.parametrize(("is_frequent", "limit"), [(True, 2_000), (False, 0)])
    async def test_tells_the_limit_in_force_of_a_customer_without_one_of_their_own(
        self, sales: Sales, deps: Deps, charge_id: UUID, *, is_frequent: bool, limit: int
    ) -> None:
        await deps.database.execute(
            "update customers set credit_limit = null, is_frequent = %(is_frequent)s",
            {"is_frequent": is_frequent},
        )
        await sales.refund(charge_id, credit="30.00")
        assert (await models_in_outbox(deps.database, CreditChanged))[-1].credit_limit == limit

    async def test_may_come_in_parts_up_to_the_charge(
        self, sales: Sales, deps: Deps, charge_id: UUID
    ) -> None:
        for _ in range(2):
            assert (await sales.refund(charge_id, points=30, credit="40.00")).status_code == 200
        assert await balances(deps) == (100, "0.00")
        for body in ({"points": 1}, {"credit": "0.01"}):
            assert refusal(await sales.refund(charge_id, **body)) == (409, "refund_exceeds_charge", {})

    async def test_again_gives_nothing_back(self, sales: Sales, deps: Deps, charge_id: UUID) -> None:
        refund_id = uuid4()
        for _ in range(2):
            response = await sales.refund(charge_id, points=60, refund_id=refund_id)
            assert response.status_code == 200
        assert await balances(deps) == (100, "80.00")

    async def test_again_with_another_content_is_refused(self, sales: Sales, charge_id: UUID) -> None:
        refund_id = uuid4()
        await sales.refund(charge_id, points=10, refund_id=refund_id)
        response = await sales.refund(charge_id, points=11, refund_id=refund_id)
        assert refusal(response) == (409, "refund_differs", {})

    async def test_of_a_debt_that_was_paid_is_refused(
        self, sales: Sales, deps: Deps, charge_id: UUID
    ) -> None:
        await deps.database.execute("update customers set credit_used = 30")
        response = await sales.refund(charge_id, credit="30.01")
        assert refusal(response) == (409, "refund_exceeds_debt", {"credit_used": "30.00"})

    async def test_of_a_deleted_customer_is_booked(
        self, client: AsyncClient, sales: Sales, deps: Deps, charge_id: UUID
    ) -> None:
        await deps.database.execute("update customers set deleted_at = now()")
        assert (await sales.refund(charge_id, points=60)).status_code == 200
        assert await balances(deps) == (100, "80.00")

    async def test_of_no_charge_is_not_found(self, sales: Sales) -> None:
        charge_id = uuid4()
        assert refusal(await sales.refund(charge_id, points=1)) == (404, "not_found", {})
        await sales.fence(charge_id)
        assert refusal(await sales.refund(charge_id, points=1)) == (404, "not_found", {})

    async def test_that_was_booked_is_found_by_a_fence(self, sales: Sales, charge_id: UUID) -> None:
        refund_id = uuid4()
        await sales.refund(charge_id, points=20, refund_id=refund_id)
        for _ in range(2):
            found = await sales.fence_refund(charge_id, refund_id)
            assert (found.status_code, found.json()) == (200, {"refund_id": str(refund_id)})

    async def test_that_is_fenced_is_never_booked(self, sales: Sales, deps: Deps, charge_id: UUID) -> None:
        refund_id = uuid4()
        for _ in range(2):
            assert refusal(await sales.fence_refund(charge_id, refund_id)) == (404, "refund_fenced", {})
            refused = await sales.refund(charge_id, points=20, refund_id=refund_id)
            assert refusal(refused) == (409, "refund_fenced", {})
        assert await balances(deps) == (40, "80.00")
        assert (await sales.refund(charge_id, points=20)).status_code == 200

    async def test_of_nothing_is_refused(self, sales: Sales, charge_id: UUID) -> None:
        assert refusal(await sales.refund(charge_id))[:2] == (400, "invalid_fields")


@pytest.mark.usefixtures("maria")
class TestAsSampled:
    async def test_a_charge_is_answered(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=120, credit_limit=200)
        assert await ask(sales.client, PUT_CHARGE, sales.headers) == sample(PUT_CHARGE).answer

    @pytest.mark.parametrize(
        ("code", "balances"),
        [
            (Refusal.INSUFFICIENT_POINTS, {"current_points": 50, "credit_limit": 200}),
            (
                Refusal.CREDIT_LIMIT_EXCEEDED,
                {"current_points": 120, "credit_limit": 1000, "credit_used": "950.00"},
            ),
        ],
    )
    async def test_a_charge_that_the_balances_forbid_is_refused(
        self, sales: Sales, deps: Deps, code: str, balances: dict[str, Any]
    ) -> None:
        await has(deps, **balances)
        assert await ask(sales.client, PUT_CHARGE, sales.headers) == sample(PUT_CHARGE).refusals[code]

    async def test_a_charge_of_a_deleted_customer_is_refused(self, sales: Sales, deps: Deps) -> None:
        await deps.database.execute("update customers set deleted_at = now()")
        assert await ask(sales.client, PUT_CHARGE, sales.headers) == sample(PUT_CHARGE).refusals[NOT_FOUND]

    async def test_a_charge_that_differs_is_refused(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=120, credit_limit=200)
        await sales.charge(points=1, charge_id=SAMPLED)
        refused = sample(PUT_CHARGE).refusals[Refusal.CHARGE_DIFFERS]
        assert await ask(sales.client, PUT_CHARGE, sales.headers) == refused

    async def test_a_fenced_charge_is_refused(self, sales: Sales) -> None:
        fenced = await ask(sales.client, PUT_CHARGE_FENCE, sales.headers)
        assert fenced == sample(PUT_CHARGE_FENCE).refusals[Refusal.CHARGE_FENCED]
        refused = sample(PUT_CHARGE).refusals[Refusal.CHARGE_FENCED]
        assert await ask(sales.client, PUT_CHARGE, sales.headers) == refused

    async def test_a_fence_finds_the_charge(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=1)
        await sales.charge(points=1, charge_id=SAMPLED)
        assert await ask(sales.client, PUT_CHARGE_FENCE, sales.headers) == sample(PUT_CHARGE_FENCE).answer

    @pytest.mark.parametrize(
        ("charged", "code"),
        [
            ({"points": 20, "credit": "50.00"}, None),
            ({"points": 19, "credit": "50.00"}, Refusal.REFUND_EXCEEDS_CHARGE),
        ],
    )
    async def test_a_refund_is_answered(
        self, sales: Sales, deps: Deps, charged: dict[str, Any], code: str | None
    ) -> None:
        await has(deps, current_points=20, credit_limit=50)
        await sales.charge(**charged, charge_id=SAMPLED)
        expected = sample(PUT_REFUND).refusals[code] if code else sample(PUT_REFUND).answer
        assert await ask(sales.client, PUT_REFUND, sales.headers) == expected

    async def test_a_refund_of_nothing_is_refused(self, sales: Sales) -> None:
        assert await ask(sales.client, PUT_REFUND, sales.headers) == sample(PUT_REFUND).refusals[NOT_FOUND]

    async def test_a_refund_of_a_paid_debt_is_refused(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=20, credit_limit=50)
        await sales.charge(points=20, credit="50.00", charge_id=SAMPLED)
        await deps.database.execute("update customers set credit_used = 30")
        refused = sample(PUT_REFUND).refusals[Refusal.REFUND_EXCEEDS_DEBT]
        assert await ask(sales.client, PUT_REFUND, sales.headers) == refused

    async def test_a_fence_finds_the_refund(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=20, credit_limit=50)
        await sales.charge(points=20, credit="50.00", charge_id=SAMPLED)
        fenced = sample(PUT_REFUND_FENCE)
        await sales.refund(SAMPLED, points=20, refund_id=UUID(fenced.path.split("/")[-2]))
        assert await ask(sales.client, PUT_REFUND_FENCE, sales.headers) == fenced.answer

    async def test_a_fenced_refund_is_refused(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=20, credit_limit=50)
        await sales.charge(points=20, credit="50.00", charge_id=SAMPLED)
        refused = sample(PUT_REFUND_FENCE).refusals[Refusal.REFUND_FENCED]
        assert await ask(sales.client, PUT_REFUND_FENCE, sales.headers) == refused
        refused = sample(PUT_REFUND).refusals[Refusal.REFUND_FENCED]
        assert await ask(sales.client, PUT_REFUND, sales.headers) == refused

    async def test_a_refund_that_differs_is_refused(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=20, credit_limit=50)
        await sales.charge(points=20, credit="50.00", charge_id=SAMPLED)
        refund_id = UUID(sample(PUT_REFUND).path.rpartition("/")[2])
        await sales.refund(SAMPLED, points=1, refund_id=refund_id)
        refused = sample(PUT_REFUND).refusals[Refusal.REFUND_DIFFERS]
        assert await ask(sales.client, PUT_REFUND, sales.headers) == refused


@pytest.mark.parametrize(
    "statement",
    [
        "insert into charges (id, made_at, customer_id) values (gen_random_uuid(), now(), 1)",
        "insert into charges (id, made_at, points) values (gen_random_uuid(), now(), 1)",
        "update charges set refunded_points = points + 1",
        "update charges set refunded_credit = -0.01",
        "update customers set credit_used = -0.01",
        "insert into credit_ledger (customer_id, amount, transaction_type, description, created_at)"
        " values (1, -1, 'PAYMENT', '', now())",
    ],
)
@pytest.mark.usefixtures("maria")
async def test_the_database_itself_refuses_what_no_charge_is(
    sales: Sales, deps: Deps, statement: str
) -> None:
    await has(deps, current_points=1)
    await sales.charge(points=1)
    with pytest.raises(psycopg.errors.CheckViolation):
        await deps.database.execute(statement.encode())


def test_the_order_of_the_tests_is_that_of_the_sample() -> None:
    assert sample(PUT_CHARGE).request["order_uuid"] == str(ORDER)


@pytest.mark.usefixtures("maria")
class TestAChargeThatIsLookedAt:
    """What sales shows before it gives something back (contract §8.8)."""

    async def test_is_shown_with_its_refunds_and_the_debt_as_sampled(self, sales: Sales, deps: Deps) -> None:
        await has(deps, current_points=100, credit_limit=500)
        await sales.charge(points=60, credit="200.00", charge_id=SAMPLED)
        assert (await sales.refund(SAMPLED, points=20, credit="50.00")).status_code == 200
        assert await ask(sales.client, GET_CHARGE, sales.headers) == sample(GET_CHARGE).answer

    async def test_shows_that_the_debt_has_been_paid_off(
        self, client: AsyncClient, sales: Sales, deps: Deps
    ) -> None:
        await has(deps, credit_limit=500)
        await sales.charge(credit="200.00", charge_id=SAMPLED)
        await client.post(customer_path(1) + "pay-credit/", json={"amount": "170.00"})
        seen = (await client.get(charge_path(SAMPLED), headers=sales.headers)).json()
        assert (seen["credit"], seen["refunded_credit"], seen["credit_used"]) == ("200.00", "0.00", "30.00")
        refused = await sales.refund(SAMPLED, credit="30.01")
        assert refusal(refused) == (409, "refund_exceeds_debt", {"credit_used": "30.00"})
        assert (await sales.refund(SAMPLED, credit="30.00")).status_code == 200
        assert await balances(deps) == (0, "0.00")

    async def test_that_was_not_taken_is_refused_as_sampled(self, sales: Sales) -> None:
        assert await ask(sales.client, GET_CHARGE, sales.headers) == sample(GET_CHARGE).refusals[NOT_FOUND]
        await sales.fence(SAMPLED)
        answer = await sales.client.get(charge_path(SAMPLED), headers=sales.headers)
        assert (answer.status_code, answer.json()["code"]) == (404, NOT_FOUND)
