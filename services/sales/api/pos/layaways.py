"""`/api/layaways/`: goods that are kept for a customer who pays for them in parts (contract §8.7)."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from libs.common.auth.principal import Principal
from libs.common.db.listing import ListQuery
from libs.common.drawers import WITHOUT_DRAWER
from libs.common.errors import DomainError
from libs.common.http.callers import Staff, actor_of
from libs.common.http.described import refuses
from libs.common.http.fields import PathId
from libs.common.http.idempotency import OperationDep, idempotent
from libs.common.http.lists import list_query, reply_list
from libs.common.http.lookups import Given, looks_up
from libs.common.http.replies import reply
from libs.common.store_calendar import store_day
from services.sales.api.pos.door import POS, pos
from services.sales.api.pos.drawers import no_drawer, till_of
from services.sales.api.pos.layaway_shapes import (
    LayawayCancellationIn,
    LayawayFilterIn,
    LayawayIn,
    LayawayOut,
    LayawayPaymentIn,
    layaway_out,
)
from services.sales.deps import Deps, DepsDep
from services.sales.domain.buyers import UnknownCustomer
from services.sales.domain.layaways import (
    DepositAboveTotal,
    DepositTooSmall,
    DueDatePast,
    OnlyOpenLayawaysChange,
    PaymentAboveBalance,
)
from services.sales.domain.lifecycles import CANCEL_LAYAWAY, PAY_LAYAWAY
from services.sales.domain.orders import OrderTotalTooLarge
from services.sales.domain.stock import Item, Shortage, StockShort, UnknownProducts
from services.sales.domain.tenders import CardKindWithoutCard, CashNotPaid, CashShort, PaymentNotPositive
from services.sales.usecases.layaways import cancelling, opening, reading, receiving
from services.sales.usecases.layaways.cancelling import CancelLayaway
from services.sales.usecases.layaways.opening import OpenLayaway
from services.sales.usecases.layaways.reading import LayawayFilter
from services.sales.usecases.layaways.receiving import PayLayaway
from services.sales.usecases.layaways.views import WholeLayaway
from services.sales.usecases.orders.placing import find_refusals

LayawaysQuery = Annotated[ListQuery, Depends(list_query(ordering=("id", "created_at")))]
Payer = Annotated[Principal, actor_of(PAY_LAYAWAY)]
Canceller = Annotated[Principal, actor_of(CANCEL_LAYAWAY)]

WRONG_PAYMENTS = (PaymentNotPositive(), CardKindWithoutCard(), CashShort(Decimal(20)), CashNotPaid())


async def _unknown(given: Given, who: Principal, deps: Deps) -> list[DomainError]:
    return [
        *await find_refusals(given.get("customer"), desk=deps.desk),
        *await no_drawer(given, who, deps),
    ]


@pos.post("/layaways/", response_model=LayawayOut, status_code=201)
@refuses(
    StockShort((Shortage(15, "Coca Cola", available=5, requested=10),)),
    UnknownCustomer(9),
    UnknownProducts((15,)),
    OrderTotalTooLarge(),
    DepositTooSmall(Decimal(200)),
    DepositAboveTotal(Decimal(200)),
    DueDatePast(),
    *WRONG_PAYMENTS,
    *WITHOUT_DRAWER,
)
@looks_up(_unknown)
@idempotent
async def open_layaway(body: LayawayIn, who: Staff, deps: DepsDep, operation: OperationDep) -> Response:
    """Keep goods for a customer at today's prices, for a deposit. Their stock is taken, all or nothing.

    The order is not cancelled by itself. A deposit of the whole total pays it at once.
    """
    layaway = await opening.open_layaway(
        OpenLayaway(
            operation=operation,
            channel=POS,
            user_name=who.username,
            customer_id=body.customer,
            items=tuple(Item(item.product_id, item.quantity) for item in body.items),
            deposit=body.deposit.payment(),
            due_date=body.due_date,
            till=till_of(who, body.register_id, deps),
        ),
        rules=deps.layaway_rules,
        desk=deps.desk,
    )
    return reply(_out(layaway, deps), status=201)


@pos.get("/layaways/", response_model=list[LayawayOut])
async def list_layaways(
    request: Request,
    who: Staff,
    deps: DepsDep,
    query: LayawaysQuery,
    wanted: Annotated[LayawayFilterIn, Query()],
) -> Response:
    """List layaways, newest first."""
    page = await reading.list_layaways(
        query,
        wanted=LayawayFilter(wanted.status, wanted.customer, wanted.overdue),
        today=_today(deps),
        database=deps.database,
    )
    return reply_list(request, [_out(layaway, deps) for layaway in page.items], page, query)


@pos.get("/layaways/{layaway_id}/", response_model=LayawayOut)
async def find_layaway(layaway_id: PathId, who: Staff, deps: DepsDep) -> Response:
    """Read a layaway with its goods and payments."""
    return reply(_out(await reading.find_layaway(layaway_id, database=deps.database), deps))


@pos.post("/layaways/{layaway_id}/payments/", response_model=LayawayOut, status_code=201)
@refuses(OnlyOpenLayawaysChange(), PaymentAboveBalance(Decimal(150)), *WRONG_PAYMENTS, *WITHOUT_DRAWER)
@looks_up(no_drawer)
@idempotent
async def pay_layaway(
    layaway_id: PathId, body: LayawayPaymentIn, who: Payer, deps: DepsDep, operation: OperationDep
) -> Response:
    """Take a payment of at most the balance. When nothing is left to pay, the order is PAID."""
    layaway = await receiving.pay_layaway(
        PayLayaway(operation.id, layaway_id, body.payment(), till_of(who, body.register_id, deps)),
        database=deps.database,
        clock=deps.clock,
    )
    return reply(_out(layaway, deps), status=201)


@pos.post("/layaways/{layaway_id}/cancel/", response_model=LayawayOut)
@refuses(OnlyOpenLayawaysChange(), *WITHOUT_DRAWER)
@looks_up(no_drawer)
@idempotent
async def cancel_layaway(
    layaway_id: PathId, body: LayawayCancellationIn, who: Canceller, deps: DepsDep, operation: OperationDep
) -> Response:
    """Cancel an open layaway. Its payments are given back the way they came, less the shop's fee.

    When this answers, its stock is back.
    """
    layaway = await cancelling.cancel_layaway(
        CancelLayaway(operation.id, layaway_id, body.reason, till_of(who, body.register_id, deps)),
        rules=deps.layaway_rules,
        database=deps.database,
        stock=deps.desk.stock,
        clock=deps.clock,
    )
    return reply(_out(layaway, deps))


def _today(deps: Deps) -> date:
    return store_day(deps.clock(), deps.settings.store_timezone)


def _out(layaway: WholeLayaway, deps: Deps) -> LayawayOut:
    return layaway_out(layaway, today=_today(deps))
