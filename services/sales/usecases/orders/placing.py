"""Places an order: takes catalog's stock and commits the order, or does neither (../README.md).

The steps, each with its undo:

1. `_ask`: catalog allocates the stock under a new order uuid, and customers returns the buyer.
   Undo: leaving the block releases the stock, unless it is kept.
2. `_commit`: order, lines and event are one statement. It is the last step and has no undo.

After a crash or a commit of unknown outcome, a repeat returns the order if it stands, or releases what the
earlier attempt holds and begins anew (`attempts.py`). Without a repeat, catalog's job `settle_lapsed`
finishes the work: when the lease has expired, it has sales settle whether an order with that uuid stands, and
confirms or releases the stock.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from libs.common.approvals import Action, Approval
from libs.common.contracts.sales import Channel
from libs.common.db.database import OutcomeUnknown
from libs.common.db.operations import Operation
from libs.common.errors import DomainError, Unavailable, refuse_all
from libs.common.faults import Boundary, reached
from libs.common.store_calendar import store_day
from services.sales.domain.approvals import Authority, Deed
from services.sales.domain.buyers import Buyer, UnknownCustomer
from services.sales.domain.carts import CartChangedMeanwhile, holds
from services.sales.domain.layaways import check_deposit
from services.sales.domain.orders import (
    check_sold,
    merge,
    printed_folio,
    refuse_too_large,
)
from services.sales.domain.pricing import Line, ManualDiscount, add_up, highest_by_hand, price_lines
from services.sales.domain.stock import Allocation, Item, StockShort, UnknownProducts
from services.sales.usecases.carts.reading import find_cart
from services.sales.usecases.counting import count_placed
from services.sales.usecases.layaways.making import LayawayTerms
from services.sales.usecases.orders.attempts import order_uuid_of, settle_earlier_attempts
from services.sales.usecases.orders.desk import OrderDesk
from services.sales.usecases.orders.reading import find_placed, find_sale
from services.sales.usecases.orders.recording import CheckoutTerms, NewOrder, insert_order
from services.sales.usecases.orders.releases import HeldStock
from services.sales.usecases.orders.views import OrderView, WholeOrder

# The order's statement is sent while the lease has this much time left, so that catalog rarely has to ask for
# an order in flight. A process that freezes in between is stopped by catalog's question, which is a fence
# (ADR 0034), and by this limit at PostgreSQL, long before the fence is deleted. The limit is as wide as the
# two clocks may differ.
COMMIT_MARGIN_SECONDS = 40.0
BEGIN_WITHIN = timedelta(hours=1)
TRIES_MAX = 5  # another folio, or another version of the cart


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """An order to place for a person. `client_id` is the till's own id of the sale, if it gave one.

    `discounts` are those by hand, by product, which `authority` must allow.
    """

    operation: Operation
    channel: Channel
    user_id: int
    user_name: str
    customer_id: int | None
    items: tuple[Item, ...]
    checkout: CheckoutTerms | None = None
    client_id: UUID | None = None
    discounts: Mapping[int, ManualDiscount] = field(default_factory=dict)
    authority: Authority | None = None
    layaway: LayawayTerms | None = None


async def place_order(command: PlaceOrder, *, desk: OrderDesk) -> WholeOrder:
    """Take the stock and commit the order with its event, or do neither.

    Raises `UnknownCustomer`, `UnknownProducts` (or both), `StockShort`, `OrderTotalTooLarge`,
    `ApprovalRequired`, `ApprovalInvalid`, `SoldOtherwise` or `Unavailable`. A repeat, by its
    operation or its `client_id`, returns the order that stands.
    """
    if sold := await _sold_before(command, desk):
        return sold
    try:
        return await placed_once(
            command.operation, command.channel, lambda: place_new_order(command, desk=desk), desk=desk
        )
    except Unavailable:
        raise
    except DomainError:
        if sold := await _sold_before(command, desk):
            return sold
        raise


async def placed_once(
    operation: Operation, channel: Channel, place: Callable[[], Awaitable[WholeOrder]], *, desk: OrderDesk
) -> WholeOrder:
    """The order that an earlier attempt of the operation placed, otherwise the one that `place` returns."""
    if placed := await settle_earlier_attempts(operation, channel, stock=desk.stock, database=desk.database):
        return placed
    try:
        return await place()
    except Unavailable:
        raise
    except DomainError:
        # A later attempt may have taken over from this one and placed the order meanwhile.
        if placed := await find_placed(operation.id, channel, database=desk.database):
            return placed
        raise


async def place_new_order(command: PlaceOrder, *, desk: OrderDesk) -> WholeOrder:
    """Place the order in this attempt of its operation; the ones before are settled. See `place_order`.

    Raises `CartChangedMeanwhile` too, if the cart that is checked out has lost something of it.
    """
    async with desk.releases.unless_kept(order_uuid_of(command.operation)) as held:
        asked_at = desk.monotonic()
        reached(Boundary.BEFORE_ALLOCATION)
        allocation, buyer = await _ask(command, held, desk)
        reached(Boundary.AFTER_ALLOCATION)
        lease_ends = asked_at + allocation.lease_seconds
        return await _commit(_new_order(command, held, allocation, buyer, desk), held, lease_ends, desk)


async def find_refusals(customer_id: int | None, *, desk: OrderDesk) -> list[DomainError]:
    """`UnknownCustomer` if there is no such customer. Raises `Unavailable`."""
    try:
        await _find_buyer(customer_id, desk)
    except UnknownCustomer as refusal:
        return [refusal]
    return []


async def _ask(command: PlaceOrder, held: HeldStock, desk: OrderDesk) -> tuple[Allocation, Buyer | None]:
    """Ask catalog and customers concurrently; both answers are awaited, so that all refusals are raised."""
    if command.customer_id is None:
        return await _allocate(command, held, desk), None
    allocated, buyer = await asyncio.gather(
        _allocate(command, held, desk), _find_buyer(command.customer_id, desk), return_exceptions=True
    )
    unknown = UnknownCustomer | UnknownProducts
    refuse_all([answer for answer in (buyer, allocated) if isinstance(answer, unknown)])
    if isinstance(allocated, BaseException):
        raise allocated
    if isinstance(buyer, BaseException):
        raise buyer
    return allocated, buyer


async def _allocate(command: PlaceOrder, held: HeldStock, desk: OrderDesk) -> Allocation:
    try:
        return await desk.stock.allocate(
            held.order_uuid, merge(command.items), user_id=command.user_id, channel=command.channel
        )
    except (UnknownProducts, StockShort):
        held.keep()  # catalog took nothing, so there is nothing to release
        raise


async def _find_buyer(customer_id: int | None, desk: OrderDesk) -> Buyer | None:
    if customer_id is None:
        return None
    buyer = await desk.buyers.find(customer_id)
    if buyer is None:
        raise UnknownCustomer(customer_id)
    return buyer


def _new_order(
    command: PlaceOrder, held: HeldStock, allocation: Allocation, buyer: Buyer | None, desk: OrderDesk
) -> NewOrder:
    """The order to insert; raises `OrderTotalTooLarge`, `ApprovalRequired`, `ApprovalInvalid`, or what is
    wrong with a layaway's due date or deposit.
    """
    now = desk.clock()
    today = store_day(now, desk.rules.timezone)
    layaway = command.layaway and command.layaway.on(today)
    lines = price_lines(
        allocation.items,
        buyer,
        today=today,
        birthday_percent=desk.rules.birthday_percent,
        manual=command.discounts,
    )
    totals = add_up(lines)
    refuse_too_large(totals.final_amount)
    if layaway:
        check_deposit(layaway.deposit, totals.final_amount, layaway.rules)
    return NewOrder(
        uuid=held.order_uuid,
        operation=command.operation.id,
        channel=command.channel,
        user_id=command.user_id,
        user_name=command.user_name,
        buyer=buyer,
        lines=lines,
        totals=totals,
        created_at=now,
        checkout=command.checkout,
        client_id=command.client_id,
        discounts=command.discounts,
        approvals=_approvals_for(command, lines),
        layaway=layaway,
    )


def _approvals_for(command: PlaceOrder, lines: Sequence[Line]) -> tuple[Approval, ...]:
    """The approvals that the discounts by hand use up. Only those that win need one (contract §8.8).

    An order without a `client_id` has no subject that an approval could name.
    """
    highest = highest_by_hand(lines)
    if highest is None or command.authority is None:
        return ()
    subject = "" if command.client_id is None else str(command.client_id)
    return command.authority.approvals_for(Deed(Action.DISCOUNT, subject, highest))


async def _commit(order: NewOrder, held: HeldStock, lease_ends: float, desk: OrderDesk) -> WholeOrder:
    """Commit the new order, or return the one that this operation or this sale placed before."""
    folio = printed_folio(order.client_id) if order.client_id else desk.new_folio()
    for _ in range(TRIES_MAX):
        if desk.monotonic() + COMMIT_MARGIN_SECONDS > lease_ends:
            raise Unavailable("catalog")
        if placed := await _insert(order, folio, held, desk):
            return WholeOrder(placed, order.lines)
        if placed_before := await find_placed(order.operation, order.channel, database=desk.database):
            return placed_before
        if sold_before := await _sold_before(order, desk):
            return sold_before
        order, folio = await _with_cart_of_now(order, desk), desk.new_folio()
    raise Unavailable("ticket folios")


async def _sold_before(wanted: PlaceOrder | NewOrder, desk: OrderDesk) -> WholeOrder | None:
    """The order to which the till gave this id, or None; raises `SoldOtherwise` if it has other lines."""
    sold = await find_sale(wanted.client_id, database=desk.database)
    if sold:
        check_sold(wanted.items, wanted.discounts, sold.lines)
    return sold


async def _with_cart_of_now(order: NewOrder, desk: OrderDesk) -> NewOrder:
    """The same order, to be taken from its cart as it is now: what was added meanwhile stays in it.

    Raises `CartChangedMeanwhile` if something of the order is not in it any more.
    """
    if order.checkout is None or order.checkout.cart is None:
        return order
    now = await find_cart(order.checkout.cart.id, database=desk.database)
    if not holds(now.lines, order.items):
        raise CartChangedMeanwhile
    return replace(order, checkout=replace(order.checkout, cart=now.cart))


async def _insert(order: NewOrder, folio: str, held: HeldStock, desk: OrderDesk) -> OrderView | None:
    reached(Boundary.BEFORE_ORDER)
    try:
        placed = await insert_order(
            order,
            ticket_folio=folio,
            begin_before=desk.server_clock() + BEGIN_WITHIN,
            database=desk.database,
        )
    except (OutcomeUnknown, asyncio.CancelledError):
        held.keep()  # the order may stand: catalog asks when the lease has expired
        raise
    reached(Boundary.AFTER_ORDER)
    if placed:
        held.keep()  # the order stands
        count_placed(placed.channel)
    return placed
