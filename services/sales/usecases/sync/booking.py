"""Books one sale that was made without a network; see `receiving.py` for why its text is decided.

The steps, for a sale that is kept (RECEIVED):

1. `_order_of`: the order that has its `client_id`, or the claim that nobody else places one.
2. catalog takes the goods as sold: what is there, the rest is a shortfall.
3. `record_*`: order, payment, shift, events and the sale's fate are one transaction.

Every step may be done again by anybody who sends the sale again, and comes to the same end. A crash leaves
the sale RECEIVED, with its goods taken or not: the till has no answer and sends it again, or the worker books
it (`finishing.py`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

import orjson

from libs.common.approvals import Action, Approval, Presented
from libs.common.db.database import Database
from libs.common.errors import DomainError, Unavailable, refuse_all
from libs.common.faults import Boundary, reached
from libs.common.looks import looks_again
from libs.common.money import ZERO
from libs.common.store_calendar import store_day
from services.sales.domain.approvals import ApprovalInvalid, ApprovalRequired, Authority, Deed
from services.sales.domain.buyers import Buyer, UnknownCustomer
from services.sales.domain.lifecycles import PosStatus
from services.sales.domain.orders import goods_of, printed_folio
from services.sales.domain.pricing import Line, highest_by_hand, price_lines
from services.sales.domain.shoppers import Shopper, ShopperNotFound
from services.sales.domain.sold_lines import Sold, flags_of_goods, lines_as_sold, lines_as_undone
from services.sales.domain.stock import Item, UnknownProducts
from services.sales.domain.synced import Flag, NotPaidOffline, Status, SyncedSale
from services.sales.usecases.orders.reading import find_sale
from services.sales.usecases.orders.recording import sale_uuid_of
from services.sales.usecases.orders.views import WholeOrder
from services.sales.usecases.sync.desk import Language, SyncDesk
from services.sales.usecases.sync.giving_up import give_up
from services.sales.usecases.sync.kept import Kept, find_kept
from services.sales.usecases.sync.recording import (
    FolioTaken,
    Recorded,
    record_known,
    record_sale,
    record_voided,
)

SYNCED: LiteralString = "sale.synced"
"""What the operation of a claim did."""

# There is no order yet: `thing_id` counts the senders whose claim it is. The statement waits for a placing
# with the same `client_id`.
CLAIM: LiteralString = f"""
insert into operations (id, did, thing_id) values (%(id)s, '{SYNCED}', 1)
on conflict (id) do update set thing_id = operations.thing_id + 1 where operations.did = '{SYNCED}'
"""

HOLD: LiteralString = f"""
update synced_sales set status = '{Status.HELD}', errors = %(errors)s::jsonb
where id = %(id)s and mendings = %(mendings)s and status in ('{Status.RECEIVED}', '{Status.HELD}')
"""

# Another sender may have had goods taken, and will book them. The claim ends with the last one: then nothing
# was taken, and the till may place the sale as an order.
LEAVE_CLAIM: LiteralString = f"""
update operations set thing_id = thing_id - 1 where id = %(claim)s and did = '{SYNCED}'
"""
END_CLAIM: LiteralString = f"""
delete from operations where id = %(claim)s and did = '{SYNCED}' and thing_id <= 0
"""


@dataclass(frozen=True, slots=True)
class Decided:
    """A sale as it is kept now. `is_ours`: it was decided here, not by another request."""

    kept: Kept
    is_ours: bool


async def book_sale(kept: Kept, *, language: Language, desk: SyncDesk) -> Decided:
    """Book the sale, or hold it if that cannot be; if it was mended meanwhile, as it is now.

    One that was dismissed is given up. Raises `Unavailable`.
    """
    if kept.dismissed_by is not None:
        await give_up(kept, desk)
        return Decided(await find_kept(kept.id, desk.database), is_ours=False)
    try:
        is_ours = await _book(kept, language.read(kept.sale), desk)
        reached(Boundary.AFTER_SALE_BOOKED)
    except Unavailable:
        raise
    except DomainError as refusal:
        claimed = kept.client_id if isinstance(refusal, UnknownCustomer | UnknownProducts) else None
        is_ours = await _hold(kept, language.word(refusal), desk.database, claimed=claimed)
    found = await find_kept(kept.id, desk.database)
    if found.mendings != kept.mendings and found.status != Status.HELD:
        # Goods of the text before may have been taken since; those of the text of now take their place.
        return await book_sale(found, language=language, desk=desk)
    return Decided(found, is_ours)


async def _hold(kept: Kept, errors: Mapping[str, Any], database: Database, *, claimed: UUID | None) -> bool:
    """Hold the sale for these errors and leave its claim; False if somebody else has decided or mended it."""
    params = {"id": kept.id, "mendings": kept.mendings, "errors": orjson.dumps(errors).decode()}
    async with database.transaction() as tx:
        is_ours = await tx.execute(HOLD, params) == 1
        if claimed:
            claim = {"claim": sale_uuid_of(claimed)}
            await tx.execute(LEAVE_CLAIM, claim)
            await tx.execute(END_CLAIM, claim)
        return is_ours


@looks_again("orders")
async def _book(kept: Kept, sale: SyncedSale, desk: SyncDesk) -> bool:
    """Whether this has booked the sale; False if somebody else has decided it, or mended it.

    Raises what `check` refuses, `UnknownCustomer`, `UnknownProducts` or `Unavailable`.
    """
    sale.check()
    await _check_charged(sale, desk.database)
    order = await _order_of(sale, desk.database)
    status = order and order.order.status
    if status == PosStatus.PAYING:
        raise Unavailable("customers")  # a balance is being charged just now
    if order and status == PosStatus.PAID:
        # If it was paid just now, an earlier look may have had other goods taken.
        await _take(sale, order, goods_of(order.lines), order.order.created_at, desk)
        return await record_known(kept, sale, order, desk=desk)
    if sale.voided_at is not None:
        return await _void(kept, sale, order, desk)
    return await _sell(kept, sale, order, desk)


async def _check_charged(sale: SyncedSale, database: Database) -> None:
    """Raise `NotPaidOffline` unless the shop has charged what draws on balances: its order is paid.

    A till with a network places that order under the sale's `client_id` and pays it; then it sends the sale,
    for its number. Raises `Unavailable` while it is being charged: nobody knows yet.
    """
    if not sale.balances:
        return
    order = await find_sale(sale.client_id, database=database)
    status = order and order.order.status
    if status == PosStatus.PAYING:
        raise Unavailable("customers")
    if status != PosStatus.PAID:
        refuse_all([NotPaidOffline(method) for method in sale.balances])


async def _order_of(sale: SyncedSale, database: Database) -> WholeOrder | None:
    """The order that has this `client_id`. If there is none, only a booking of this sale writes it."""
    if order := await find_sale(sale.client_id, database=database):
        return order
    await database.execute(CLAIM, {"id": sale_uuid_of(sale.client_id)})
    return await find_sale(sale.client_id, database=database)


async def _sell(kept: Kept, sale: SyncedSale, order: WholeOrder | None, desk: SyncDesk) -> bool:
    sold_at, flags = sale.moment(kept.received_at, desk.behind_max)
    buyer = await _find_buyer(sale, desk)  # before any goods are taken: an unknown one holds the sale
    sold, seller = await asyncio.gather(
        _take(sale, order, sale.goods, sold_at, desk), _find_seller(sale.sold_by, desk)
    )
    goods = {each.item.product_id: each.item for each in sold}
    expected = price_lines(
        goods.values(),
        buyer,
        today=store_day(sold_at, desk.rules.timezone),
        birthday_percent=desk.rules.birthday_percent,
    )
    by_id = {each.item.product_id: each for each in sold}
    lines = lines_as_sold(sale.each, goods, expected)
    unapproved, approvals = await _approve(lines, sale, seller, kept, desk)
    if not _was_allowed(lines, order):
        flags += unapproved
    flags += flags_of_goods(sale.each, [by_id[item.product_id] for item in sale.each], expected)
    recorded = Recorded(
        kept=kept,
        sale=sale,
        sold_at=sold_at,
        lines=lines,
        buyer=buyer,
        seller=seller,
        flags=(*flags, *_flags_of_people(sale, buyer, seller)),
        approvals=approvals,
    )
    return await _with_folio(record_sale, recorded, order, desk)


async def _with_folio(
    record: Callable[..., Awaitable[bool]], recorded: Recorded, order: WholeOrder | None, desk: SyncDesk
) -> bool:
    """Record the sale under its printed folio, or under another if that is taken."""
    try:
        return await record(recorded, order, folio=printed_folio(recorded.sale.client_id), desk=desk)
    except FolioTaken:
        changed = recorded.flagged(Flag.FOLIO_CHANGED)
        return await record(changed, order, folio=desk.new_folio(), desk=desk)


async def _void(kept: Kept, sale: SyncedSale, order: WholeOrder | None, desk: SyncDesk) -> bool:
    """Record a sale that was undone: nothing has moved. Its goods are named as the catalogue names them."""
    sold_at, odd_sold = sale.moment(kept.received_at, desk.behind_max)
    voided_at, odd_voided = sale.undone(sold_at, kept.received_at)
    seller = await _find_seller(sale.sold_by, desk)
    quotes = {} if order else await desk.quotes.find([item.product_id for item in sale.goods])
    if kept.mendings:  # another sender may have had goods of an earlier text taken
        await _take(sale, order, (), sold_at, desk)
    recorded = Recorded(
        kept=kept,
        sale=sale,
        sold_at=sold_at,
        voided_at=voided_at,
        lines=lines_as_undone(sale.each, quotes),
        buyer=None,
        seller=seller,
        flags=(*odd_sold, *odd_voided),
    )
    return await _with_folio(record_voided, recorded, order, desk)


async def _take(
    sale: SyncedSale, order: WholeOrder | None, goods: tuple[Item, ...], sold_at: datetime, desk: SyncDesk
) -> tuple[Sold, ...]:
    """Have catalog take these goods as those of the sale. Raises `UnknownProducts` or `Unavailable`."""
    reached(Boundary.AFTER_SALE_CLAIMED)
    sold = await desk.stock.sell(
        order.order.uuid if order else sale_uuid_of(sale.client_id),
        goods,
        user_id=sale.sold_by,
        sold_at=sold_at,
        order_id=order.order.id if order else None,
    )
    reached(Boundary.AFTER_GOODS_SOLD)
    return sold


async def _find_buyer(sale: SyncedSale, desk: SyncDesk) -> Buyer | None:
    """The buyer, if there is one who was not deleted. Raises `UnknownCustomer` or `Unavailable`."""
    return None if sale.customer_id is None else await desk.buyers.find(sale.customer_id)


async def _find_seller(user_id: int, desk: SyncDesk) -> Shopper | None:
    """The user, if they are active."""
    try:
        return await desk.sellers.find(user_id)
    except ShopperNotFound:
        return None


async def _is_supervisor(seller: Shopper | None, kept: Kept, desk: SyncDesk) -> bool:
    """Whether an ADMIN or OWNER has sold, and one has sent it: an EMPLOYEE only says who has sold."""
    if seller is None or not seller.is_supervisor:
        return False
    if seller.user_id == kept.received_from:
        return True
    sender = await _find_seller(kept.received_from, desk)
    return sender is not None and sender.is_supervisor


async def _find_approval(sale: SyncedSale, kept: Kept, desk: SyncDesk) -> Presented:
    """The approval that came with the sale, if it was valid when it came: then it is for every later try."""
    if sale.approval is None:
        return Presented()
    approval = await desk.approved(sale.approval, kept.received_at)
    return Presented(has_invalid=True) if approval is None else Presented((approval,))


async def _approve(
    lines: Sequence[Line], sale: SyncedSale, seller: Shopper | None, kept: Kept, desk: SyncDesk
) -> tuple[list[Flag], tuple[Approval, ...]]:
    """What is odd about the discounts by hand, and the approvals that they use up (contract §8.4, §8.6)."""
    highest = highest_by_hand(lines)
    if highest is None:
        return [], ()
    presented = await _find_approval(sale, kept, desk)
    authority = Authority(sale.sold_by, await _is_supervisor(seller, kept, desk), desk.limits, presented)
    try:
        return [], authority.approvals_for(Deed(Action.DISCOUNT, str(sale.client_id), highest))
    except (ApprovalRequired, ApprovalInvalid):
        return [Flag.UNAPPROVED], ()


def _was_allowed(lines: Sequence[Line], order: WholeOrder | None) -> bool:
    """Whether an order was placed with such discounts by hand: then somebody had the right to give them."""
    given = highest_by_hand(order.lines) if order else None
    return given is not None and (highest_by_hand(lines) or ZERO) <= given


def _flags_of_people(sale: SyncedSale, buyer: Buyer | None, seller: Shopper | None) -> list[Flag]:
    flags = []
    if sale.customer_id is not None and buyer is None:
        flags.append(Flag.CUSTOMER_DELETED)
    if seller is None:
        flags.append(Flag.SELLER_INACTIVE)
    return flags
