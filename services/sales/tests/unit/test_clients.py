"""sales' clients of catalog and customers: requests, answers and refusals."""

import asyncio
from contextlib import nullcontext
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from libs.common.calls.client import RemoteRefusal, ServiceClient
from libs.common.calls.session import HttpSession
from libs.common.contracts.internal.catalog import (
    DELETE_ALLOCATION,
    PUT_ALLOCATION,
    PUT_CANCELLATION,
    PUT_RETURN,
    PUT_SOLD_ALLOCATION,
)
from libs.common.contracts.internal.customers import (
    GET_CHARGE,
    GET_CUSTOMER,
    GET_POINTS,
    PUT_CHARGE,
    PUT_CHARGE_FENCE,
    PUT_REFUND,
    PUT_REFUND_FENCE,
)
from libs.common.contracts.internal.samples import Reply, sample
from libs.common.errors import Unavailable
from libs.testing.samples import answering
from libs.testing.tokens import Tokens
from services.sales.clients import customers as customers_client
from services.sales.clients.catalog import CatalogStock
from services.sales.clients.customers import (
    CustomerBuyers,
    CustomerCharges,
    CustomerPoints,
    CustomerRefunds,
)
from services.sales.domain.buyers import Buyer, UnknownCustomer
from services.sales.domain.payments import Charge, CreditLimitExceeded, InsufficientPoints
from services.sales.domain.refunds import BalanceRefund
from services.sales.domain.returns import Disposition, ReturnLine
from services.sales.domain.sold_lines import Sold
from services.sales.domain.stock import (
    Allocation,
    Item,
    PricedItem,
    Promotion,
    Shortage,
    StockShort,
    UnknownProducts,
)
from services.sales.domain.tickets import PointsBalance
from services.sales.domain.till_returns import CreditPaidOff
from services.sales.tests.builders import a_buyer

ORDER = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
RETURN = UUID("3f2504e0-4f89-41d3-9a0c-0305e82c3301")
ITEMS = (Item(2, 2), Item(1, 3), Item(3, 1))
ALLOCATION = sample(PUT_ALLOCATION)
CUSTOMER = sample(GET_CUSTOMER)
CHARGED = sample(PUT_CHARGE)
CHARGE_ID = UUID("5d7c2b1e-3f60-5a4d-9c8b-7e6f5a4d3c2b")
CHARGE = Charge(
    customer_id=1,
    user_id=3,
    order_uuid=ORDER,
    ticket_folio="F47AC10B",
    points=120,
    by_points=Decimal("119.50"),
    credit=Decimal(200),
)

REFUND = BalanceRefund(
    id=UUID("0b9a8c7d-6e5f-4a3b-8c2d-1e0f9a8b7c6d"),
    charge_id=CHARGE_ID,
    points=20,
    credit=Decimal(50),
    user_id=3,
)


def a_returned_line(product_id: int, quantity: int, disposition: Disposition) -> ReturnLine:
    return ReturnLine(1, product_id, "Leche", quantity, Decimal(10), "Broken", Decimal(10), disposition)


async def allocated(tokens: Tokens, reply: Reply | None = None) -> Allocation:
    async with answering(PUT_ALLOCATION, tokens, reply, caller="sales") as catalog:
        return await CatalogStock(catalog).allocate(ORDER, ITEMS, user_id=3, channel="POS")


async def sold(tokens: Tokens, reply: Reply | None = None) -> tuple[Sold, ...]:
    async with answering(PUT_SOLD_ALLOCATION, tokens, reply, caller="sales") as catalog:
        return await CatalogStock(catalog).sell(
            ORDER, ITEMS, user_id=3, sold_at=datetime(2026, 3, 2, 18, tzinfo=UTC), order_id=51
        )


async def released(tokens: Tokens, reply: Reply | None = None) -> None:
    async with answering(DELETE_ALLOCATION, tokens, reply, caller="sales") as catalog:
        await CatalogStock(catalog).release(ORDER)


async def found(tokens: Tokens, reply: Reply | None = None) -> Buyer | None:
    async with answering(GET_CUSTOMER, tokens, reply, caller="sales") as customers:
        return await CustomerBuyers(customers).find(1)


async def charge(tokens: Tokens, reply: Reply | None = None) -> None:
    async with answering(PUT_CHARGE, tokens, reply, caller="sales") as customers:
        await CustomerCharges(customers).take(CHARGE_ID, CHARGE)


async def was_charged(tokens: Tokens, reply: Reply | None = None) -> bool:
    async with answering(PUT_CHARGE_FENCE, tokens, reply, caller="sales") as customers:
        return await CustomerCharges(customers).was_taken(CHARGE_ID)


async def test_an_allocation_is_exact_in_price_tax_and_promotion(tokens: Tokens) -> None:
    frequent_only = Promotion(Decimal("15.00"), "FREQUENT_ONLY")
    assert await allocated(tokens) == Allocation(
        lease_seconds=60,
        items=(
            PricedItem(2, "Leche", 2, Decimal("25.50"), "EXENT", None),
            PricedItem(1, "Coca Cola", 3, Decimal("18.50"), "0.16", frequent_only, "50202306", "H87", "02"),
            PricedItem(3, "Croquetas", 1, Decimal("86.2069"), "0.08", None),
        ),
    )


async def test_unknown_products_are_refused_in_sales_own_words(tokens: Tokens) -> None:
    with pytest.raises(UnknownProducts) as refusal:
        await allocated(tokens, ALLOCATION.refusals["unknown_product"])
    assert refusal.value.product_ids == (2, 1, 3)


async def test_short_stock_is_refused_in_sales_own_words(tokens: Tokens) -> None:
    with pytest.raises(StockShort) as refusal:
        await allocated(tokens, ALLOCATION.refusals["insufficient_stock"])
    assert refusal.value.shortages == (Shortage(1, "Coca Cola", 2, 3),)


async def test_an_allocation_that_ended_meanwhile_is_worth_another_try(tokens: Tokens) -> None:
    with pytest.raises(Unavailable):
        await allocated(tokens, ALLOCATION.refusals["allocation_released"])


@pytest.mark.parametrize(
    "reply",
    [ALLOCATION.refusals["product_twice"], Reply(403, {"code": "forbidden", "details": {}})],
    ids=["product_twice", "forbidden"],
)
async def test_a_refusal_that_makes_no_sense_is_a_mistake_not_an_answer(tokens: Tokens, reply: Reply) -> None:
    with pytest.raises(RemoteRefusal):
        await allocated(tokens, reply)


async def test_a_release_deletes_the_allocation(tokens: Tokens) -> None:
    await released(tokens)


async def test_a_release_of_an_order_that_stands_is_a_mistake(tokens: Tokens) -> None:
    with pytest.raises(RemoteRefusal):
        await released(tokens, sample(DELETE_ALLOCATION).refusals["allocation_confirmed"])


@pytest.mark.parametrize("status", [204, 404, 503])
async def test_a_cancellation_returns_the_stock_or_catalog_is_unavailable(
    tokens: Tokens, status: int
) -> None:
    reply = Reply(status, None)
    async with answering(PUT_CANCELLATION, tokens, reply, caller="sales") as catalog:
        cancelled = CatalogStock(catalog).cancel(ORDER, put_back=[Item(2, 1)])
        with (
            nullcontext() if status == sample(PUT_CANCELLATION).answer.status else pytest.raises(Unavailable)
        ):
            await cancelled


@pytest.mark.parametrize("status", [204, 400, 404, 503])
async def test_catalog_takes_the_goods_of_a_return_back_or_is_unavailable(
    tokens: Tokens, status: int
) -> None:
    lines = [a_returned_line(2, 2, "restock"), a_returned_line(1, 1, "discard")]
    async with answering(PUT_RETURN, tokens, Reply(status, None), caller="sales") as catalog:
        taken = CatalogStock(catalog).take_back(RETURN, lines, order_uuid=ORDER, user_id=4)
        with nullcontext() if status == sample(PUT_RETURN).answer.status else pytest.raises(Unavailable):
            await taken


@pytest.mark.parametrize(("told", "understood"), [("1995-08-20", date(1995, 8, 20)), (None, None)])
async def test_a_customer_becomes_a_buyer(tokens: Tokens, told: str | None, understood: date | None) -> None:
    reply = Reply(200, {**CUSTOMER.answer.body, "birth_date": told})
    assert await found(tokens, reply) == a_buyer(1, is_frequent=True, birth_date=understood)


async def test_a_customer_who_never_was_is_refused_in_sales_own_words(tokens: Tokens) -> None:
    with pytest.raises(UnknownCustomer):
        await found(tokens, CUSTOMER.refusals["not_found"])


@pytest.mark.parametrize("details", [{"deleted": True}, {}])
async def test_a_deleted_customer_is_no_buyer_nor_one_of_whom_the_version_before_does_not_tell(
    tokens: Tokens, details: dict[str, bool]
) -> None:
    assert await found(tokens, Reply(404, {"code": "not_found", "details": details})) is None


async def test_a_404_of_something_else_is_a_mistake(tokens: Tokens) -> None:
    with pytest.raises(RemoteRefusal):
        await found(tokens, Reply(404, {}))


async def test_a_charge_names_customer_order_and_seller_and_is_exact(tokens: Tokens) -> None:
    await charge(tokens)


async def test_too_few_points_are_refused_in_sales_own_words(tokens: Tokens) -> None:
    with pytest.raises(InsufficientPoints) as refusal:
        await charge(tokens, CHARGED.refusals["insufficient_points"])
    assert refusal.value.details == {"available": "50.00", "total": "119.50"}


async def test_credit_over_the_limit_is_refused_in_sales_own_words(tokens: Tokens) -> None:
    with pytest.raises(CreditLimitExceeded) as refusal:
        await charge(tokens, CHARGED.refusals["credit_limit_exceeded"])
    assert refusal.value.details == {"limit": "1000.00", "used": "950.00", "total": "200.00"}


async def test_a_customer_who_is_gone_is_not_charged(tokens: Tokens) -> None:
    with pytest.raises(UnknownCustomer):
        await charge(tokens, CHARGED.refusals["not_found"])


async def test_a_charge_that_was_fenced_meanwhile_is_worth_another_try(tokens: Tokens) -> None:
    with pytest.raises(Unavailable):
        await charge(tokens, CHARGED.refusals["charge_fenced"])


@pytest.mark.parametrize(
    "reply",
    [CHARGED.refusals["charge_differs"], Reply(403, {"code": "forbidden", "details": {}})],
    ids=["charge_differs", "forbidden"],
)
async def test_a_refusal_to_charge_that_makes_no_sense_is_a_mistake(tokens: Tokens, reply: Reply) -> None:
    with pytest.raises(RemoteRefusal):
        await charge(tokens, reply)


async def test_a_fence_tells_whether_the_charge_was_taken(tokens: Tokens) -> None:
    assert await was_charged(tokens)
    assert not await was_charged(tokens, sample(PUT_CHARGE_FENCE).refusals["charge_fenced"])


@pytest.mark.parametrize(("status", "code"), [(404, "not_found"), (405, "method_not_allowed"), (503, "")])
async def test_a_customers_that_knows_no_fence_or_cannot_tell_has_fenced_nothing(
    tokens: Tokens, status: int, code: str
) -> None:
    with pytest.raises(Unavailable):
        await was_charged(tokens, Reply(status, {"code": code, "details": {}}))


async def give_back(tokens: Tokens, reply: Reply | None = None) -> None:
    async with answering(PUT_REFUND, tokens, reply, caller="sales") as customers:
        await CustomerRefunds(customers).give_back(REFUND)


async def was_given_back(tokens: Tokens, reply: Reply | None = None) -> bool:
    async with answering(PUT_REFUND_FENCE, tokens, reply, caller="sales") as customers:
        return await CustomerRefunds(customers).was_given_back(REFUND)


async def debt(tokens: Tokens, reply: Reply | None = None) -> Decimal:
    async with answering(GET_CHARGE, tokens, reply, caller="sales") as customers:
        return await CustomerRefunds(customers).debt_of(CHARGE_ID)


async def test_a_refund_names_its_charge_and_is_exact(tokens: Tokens) -> None:
    await give_back(tokens)


async def test_credit_that_was_paid_off_is_refused_in_sales_own_words(tokens: Tokens) -> None:
    with pytest.raises(CreditPaidOff):
        await give_back(tokens, sample(PUT_REFUND).refusals["refund_exceeds_debt"])


async def test_a_refund_that_was_fenced_meanwhile_is_worth_another_try(tokens: Tokens) -> None:
    with pytest.raises(Unavailable):
        await give_back(tokens, sample(PUT_REFUND).refusals["refund_fenced"])


async def test_a_refusal_to_give_back_that_makes_no_sense_is_a_mistake(tokens: Tokens) -> None:
    with pytest.raises(RemoteRefusal):
        await give_back(tokens, sample(PUT_REFUND).refusals["refund_exceeds_charge"])


async def test_a_fence_tells_whether_the_refund_was_booked(tokens: Tokens) -> None:
    assert await was_given_back(tokens)
    assert not await was_given_back(tokens, sample(PUT_REFUND_FENCE).refusals["refund_fenced"])


async def test_a_customers_that_knows_no_fence_of_refunds_has_fenced_nothing(tokens: Tokens) -> None:
    with pytest.raises(Unavailable):
        await was_given_back(tokens, Reply(404, {"code": "not_found", "details": {}}))


async def test_a_debt_is_that_of_the_charge_s_customer(tokens: Tokens) -> None:
    assert await debt(tokens) == Decimal(sample(GET_CHARGE).answer.body["credit_used"])


async def test_a_customers_that_does_not_know_the_charge_cannot_tell_the_debt(tokens: Tokens) -> None:
    with pytest.raises(Unavailable):
        await debt(tokens, sample(GET_CHARGE).refusals["not_found"])


async def balance(tokens: Tokens, reply: Reply | None = None) -> PointsBalance | None:
    async with answering(GET_POINTS, tokens, reply, caller="sales") as customers:
        return await CustomerPoints(customers).find(1, ORDER)


@pytest.mark.parametrize("has_order", [True, False])
async def test_a_balance_says_whether_the_order_is_in_it(tokens: Tokens, *, has_order: bool) -> None:
    reply = Reply(200, {"current_points": 12, "points_owed": 3, "has_order": has_order})
    assert await balance(tokens, reply) == PointsBalance(12, has_order=has_order, owed=3)


async def test_a_customers_of_the_version_before_tells_of_no_points_owed(tokens: Tokens) -> None:
    reply = Reply(200, {"current_points": 12, "has_order": True})
    assert await balance(tokens, reply) == PointsBalance(12, has_order=True)


async def test_a_balance_is_answered_as_sampled(tokens: Tokens) -> None:
    assert await balance(tokens) == PointsBalance(12, has_order=True)


async def test_an_unknown_customer_has_no_balance(tokens: Tokens) -> None:
    assert await balance(tokens, sample(GET_POINTS).refusals["not_found"]) is None


async def test_a_balance_that_takes_too_long_is_not_waited_for(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customers_client, "POINTS_WITHIN_SECONDS", 0.1)
    monkeypatch.setattr(ServiceClient.get, "__kwdefaults__", {"json": None, "timeout_seconds": 60.0})
    hanging = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    session = HttpSession()
    async with hanging, asyncio.timeout(5):
        address = f"http://127.0.0.1:{hanging.sockets[0].getsockname()[1]}"
        client = ServiceClient("customers", address, tokens.service_signer("sales"), session)
        with pytest.raises(Unavailable):
            await CustomerPoints(client).find(1, ORDER)
        await session.close()


async def test_goods_that_were_sold_are_taken_with_what_is_missing(tokens: Tokens) -> None:
    taken = await sold(tokens)
    assert [(each.item.product_id, each.item.quantity, each.short) for each in taken] == [
        (2, 2, 0),
        (1, 3, 1),
        (3, 1, 0),
    ]
    assert not any(each.is_deleted for each in taken)


async def test_sold_goods_that_catalog_does_not_know_are_refused(tokens: Tokens) -> None:
    unknown = sample(PUT_SOLD_ALLOCATION).refusals["unknown_product"]
    with pytest.raises(UnknownProducts) as refused:
        await sold(tokens, unknown)
    assert refused.value.product_ids == (2, 1, 3)
