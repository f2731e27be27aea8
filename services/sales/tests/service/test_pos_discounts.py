"""Discounts by hand at the till: the best one counts, and a supervisor approves it (contract §8.4)."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

from libs.testing.answers import answered
from libs.testing.tokens import Tokens
from services.sales.deps import Deps
from services.sales.tests.builders import a_promotion, count_orders
from services.sales.tests.fakes import FakeStock

NEEDED = (
    403,
    {
        "detail": "Se requiere autorización de un supervisor.",
        "code": "approval_required",
        "action": "discount",
    },
)
SOLD_OTHERWISE = (
    400,
    {"client_id": ["Esta venta ya se registró con otros productos, cantidades o descuentos."]},
)
INVALID = (403, {"detail": "Autorización inválida o vencida.", "code": "approval_invalid"})


def an_item(percent: str | None = "10", reason: str | None = "Empaque dañado", **more: Any) -> dict[str, Any]:
    item = {"product_id": 20, "quantity": 2, "discount_percent": percent, "discount_reason": reason}
    return {name: value for name, value in {**item, **more}.items() if value is not None}


async def order(
    client: AsyncClient, *items: dict[str, Any], headers: dict[str, str] | None = None, **more: Any
) -> Response:
    body = {"items": list(items) or [an_item()], **more}
    return await client.post("/api/orders/", json=body, headers=headers)


@pytest.fixture
def sale() -> str:
    """The till's id of a sale."""
    return str(uuid4())


async def test_an_admin_gives_a_discount_that_the_line_shows(admin: AsyncClient) -> None:
    answer = await order(admin, an_item("12.5"))
    assert answer.status_code == 201
    placed = answer.json()
    (line,) = placed["items"]
    assert (line["unit_price"], line["discount_amount"], line["amount"]) == ("8.75", "2.50", "17.50")
    assert line["discount_percent"] == "12.50"
    assert line["discount_source"] == "MANUAL"
    assert line["discount_reason"] == "Empaque dañado"
    assert (placed["final_amount"], placed["money_saved_total"]) == ("17.50", "2.50")
    assert placed["approved_by"] is None
    read = await admin.get(f"/api/orders/{placed['id']}/")
    assert read.json() == placed


async def test_everything_may_be_given_away(admin: AsyncClient) -> None:
    placed = (await order(admin, an_item("100"))).json()
    assert (placed["final_amount"], placed["money_saved_total"]) == ("0.00", "20.00")


async def test_a_line_without_a_discount_has_no_source(till: AsyncClient) -> None:
    (line,) = (await order(till, an_item(None, None))).json()["items"]
    assert line["discount_percent"] is line["discount_source"] is line["discount_reason"] is None


@pytest.mark.parametrize(("first", "then"), [("10", "20"), ("10", None), (None, "10")])
async def test_the_tills_id_of_a_sale_with_another_discount_is_refused(
    admin: AsyncClient, sale: str, first: str | None, then: str | None
) -> None:
    assert (await order(admin, an_item(first), client_id=sale)).status_code == 201
    assert answered(await order(admin, an_item(then), client_id=sale)) == SOLD_OTHERWISE


async def test_of_two_discounts_of_one_sale_at_once_one_is_given(
    admin: AsyncClient, stock: FakeStock, sale: str
) -> None:
    before = stock.products[20].stock
    answers = await asyncio.gather(
        *(order(admin, an_item(percent), client_id=sale) for percent in ("10", "20"))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 400]
    assert SOLD_OTHERWISE in map(answered, answers)
    assert stock.products[20].stock == before - 2


async def test_a_sale_whose_promotion_was_better_is_the_same_again_when_that_is_over(
    admin: AsyncClient, stock: FakeStock, sale: str
) -> None:
    stock.products[20] = replace(stock.products[20], promotion=a_promotion("15"))
    placed = await order(admin, client_id=sale)
    stock.products[20] = replace(stock.products[20], promotion=None)
    assert answered(await order(admin, client_id=sale)) == (200, placed.json())
    assert answered(await order(admin, an_item("20"), client_id=sale)) == SOLD_OTHERWISE


@pytest.mark.parametrize("percent", ["10", "15"])
async def test_a_promotion_that_gives_as_much_counts_and_needs_no_approval(
    till: AsyncClient, stock: FakeStock, percent: str
) -> None:
    stock.products[20] = replace(stock.products[20], promotion=a_promotion(percent))
    answer = await order(till)
    assert answer.status_code == 201
    (line,) = answer.json()["items"]
    assert (line["discount_source"], line["discount_reason"]) == ("PROMOTION", None)
    assert Decimal(line["discount_percent"]) == Decimal(percent)


async def test_an_employee_needs_an_approval_and_keeps_no_stock_without(
    deps: Deps, till: AsyncClient, stock: FakeStock, sale: str
) -> None:
    assert answered(await order(till, client_id=sale)) == NEEDED
    assert await count_orders(deps.database) == 0


async def test_an_approved_discount_shows_who_approved_it(
    till: AsyncClient, tokens: Tokens, sale: str
) -> None:
    approval = tokens.approval("discount", sale.upper(), limit="10", approver_id=2)
    answer = await order(till, client_id=sale, headers=approval)
    assert answer.status_code == 201, answer.text
    placed = answer.json()
    assert placed["approved_by"] == 2
    assert placed["items"][0]["discount_source"] == "MANUAL"
    assert (await till.get(f"/api/orders/{placed['id']}/")).json()["approved_by"] == 2


async def test_the_sale_sent_again_needs_no_other_approval(
    deps: Deps, till: AsyncClient, tokens: Tokens, sale: str
) -> None:
    headers = {**tokens.approval("discount", sale, limit="10"), "Idempotency-Key": "k1"}
    first = await order(till, client_id=sale, headers=headers)
    repeated = await order(till, client_id=sale, headers=headers)
    assert (repeated.status_code, repeated.json()) == (201, first.json())
    without_key = await order(till, client_id=sale)
    assert (without_key.status_code, without_key.json()) == (200, first.json())
    assert await count_orders(deps.database) == 1


async def test_a_refused_discount_is_approved_under_the_same_key(
    till: AsyncClient, tokens: Tokens, sale: str
) -> None:
    key = {"Idempotency-Key": "k1"}
    assert answered(await order(till, client_id=sale, headers=key)) == NEEDED
    approval = tokens.approval("discount", sale, limit="10")
    assert (await order(till, client_id=sale, headers={**key, **approval})).status_code == 201


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": str(uuid4())},
        {"action": "refund"},
        {"limit": "9.99"},
        {"caller_id": 8},
    ],
)
async def test_an_approval_of_something_else_is_refused(
    till: AsyncClient, tokens: Tokens, sale: str, wrong: dict[str, Any]
) -> None:
    approval = tokens.approval(**{"action": "discount", "subject": sale, "limit": "10", **wrong})
    assert answered(await order(till, client_id=sale, headers=approval)) == INVALID


@pytest.mark.parametrize("header", ["nonsense", "a.b.c"])
async def test_what_is_no_approval_is_refused_only_where_one_is_needed(
    till: AsyncClient, sale: str, header: str
) -> None:
    headers = {"X-Approval": header}
    assert answered(await order(till, client_id=sale, headers=headers)) == INVALID
    assert (await order(till, an_item(None, None), headers=headers)).status_code == 201


async def test_a_session_is_no_approval(till: AsyncClient, tokens: Tokens, sale: str) -> None:
    headers = {"X-Approval": tokens.access(role="OWNER", user_id=2)}
    assert answered(await order(till, client_id=sale, headers=headers)) == INVALID


async def test_an_approval_that_failed_with_its_order_is_still_good(
    till: AsyncClient, tokens: Tokens, stock: FakeStock, sale: str
) -> None:
    approval = tokens.approval("discount", sale, limit="10")
    too_much = an_item(quantity=10**6, product_id=999)
    assert (await order(till, too_much, client_id=sale, headers=approval)).status_code == 400
    assert (await order(till, client_id=sale, headers=approval)).status_code == 201


async def test_two_at_once_with_one_approval_place_one_order(
    deps: Deps, till: AsyncClient, tokens: Tokens, sale: str
) -> None:
    approval = tokens.approval("discount", sale, limit="10")
    answers = await asyncio.gather(*(order(till, client_id=sale, headers=approval) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [200, 201]
    assert await count_orders(deps.database) == 1


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        ([an_item(reason=None)], [{"discount_reason": ["This field is required."]}]),
        (
            [an_item(None, None), an_item(reason=None, product_id=15)],
            [{}, {"discount_reason": ["This field is required."]}],
        ),
        ([an_item("0")], [{"discount_percent": ["Ensure this value is greater than 0."]}]),
        ([an_item("100.01")], [{"discount_percent": ["Ensure this value is less than or equal to 100."]}]),
        (
            [an_item("1.234")],
            [{"discount_percent": ["Ensure that there are no more than 2 decimal places."]}],
        ),
        ([an_item(), an_item("20")], ["El producto 20 tiene dos descuentos distintos."]),
        ([an_item(), an_item(None, None)], ["El producto 20 tiene dos descuentos distintos."]),
    ],
)
async def test_a_malformed_discount_is_refused(
    admin: AsyncClient, items: list[dict[str, Any]], problem: list[Any]
) -> None:
    assert answered(await order(admin, *items)) == (400, {"items": problem})


async def test_a_discount_without_a_reason_is_told_with_an_unknown_customer(admin: AsyncClient) -> None:
    assert answered(await order(admin, an_item(reason=None), customer=99)) == (
        400,
        {
            "items": [{"discount_reason": ["This field is required."]}],
            "customer": ['Invalid pk "99" - object does not exist.'],
        },
    )


async def test_two_items_of_a_product_with_the_same_discount_are_one_line(admin: AsyncClient) -> None:
    (line,) = (await order(admin, an_item(), an_item())).json()["items"]
    assert (line["quantity"], line["discount_percent"]) == (4, "10.00")
