"""Holds stock for carts, and releases it (contract §3).

What is held is added up whenever it is read: a hold that has lapsed is not counted from that moment on,
whether or not its row has been deleted. Every change of holds locks the product's row and enters its
transaction there (`holds_changed_in`): see `allocations.py`.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

from libs.common.db.database import Database, Transaction
from libs.common.db.operations import did, find_done
from libs.common.db.pruning import Prunable
from libs.common.store_calendar import Moment
from services.catalog.domain.holds import Held, refuse_hold, refuse_release
from services.catalog.domain.products import Product
from services.catalog.usecases.products.locking import lock_product
from services.catalog.usecases.stock.hold_marks import THIS_TRANSACTION

# Later than any process may still count them, if the clocks of two processes differ.
LAPSED_HOLDS = Prunable("holds", "expires_at", timedelta(hours=1))

RESERVED: LiteralString = "product.reserved"

_CHANGED: LiteralString = f"""
    changed as (
        update products set holds_changed_in = {THIS_TRANSACTION} where id = %(product_id)s returning id
    ), {did(RESERVED, of="changed")}
    select id from changed
"""

INSERT_HOLD: LiteralString = f"""
    with held as (
        insert into holds (product_id, user_id, quantity, created_at, expires_at)
        values (%(product_id)s, %(user_id)s, %(amount)s, %(now)s, %(expires_at)s)
    ), {_CHANGED}
"""

# The user's own holds first, then the oldest of others; `before` are the pieces of the holds before a hold.
UPDATE_TO_RELEASED: LiteralString = f"""
    with live as materialized (
        select id, sum(quantity) over (order by user_id <> %(user_id)s, created_at, id) - quantity as before
        from holds
        where product_id = %(product_id)s and expires_at > %(now)s
    ), released as (
        update holds set quantity = quantity - least(quantity, %(amount)s - live.before)
        from live
        where holds.id = live.id and live.before < %(amount)s
    ), {_CHANGED}
"""

SELECT_HELD = """
    select coalesce(sum(quantity) filter (where user_id = %(user_id)s), 0)::bigint as own,
        coalesce(sum(quantity) filter (where user_id <> %(user_id)s), 0)::bigint as others
    from holds
    where product_id = %(product_id)s and expires_at > %(now)s
"""


def own_holds_used(*, of: LiteralString, where: LiteralString, pieces: LiteralString) -> LiteralString:
    """The part `used` of a `with`: the user's own holds are used up by the `pieces` of each of these rows.

    Those first that lapse first: `open` is what the holds that lapse sooner leave to take. A row of `used` is
    a hold with the pieces that were used of it.
    """
    return f"""used as (
    update holds set quantity = holds.quantity - least(mine.quantity, mine.open)
    from (
        select id, quantity, {pieces} + quantity
            - sum(quantity) over (partition by product_id order by expires_at, id) as open
        from {of} join holds using (product_id)
        where {where} and user_id = %(user_id)s and expires_at > %(now)s and quantity > 0
    ) mine
    where holds.id = mine.id and mine.open > 0
    returning holds.id as hold_id, product_id, least(mine.quantity, mine.open) as quantity
)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveStock:
    """Pieces of a product to hold for the user `by`, or to release if `amount` is negative; it is not 0.

    `operation` is the same in every repeat of one request.
    """

    operation: UUID
    product_id: int
    amount: int
    by: int
    may_release_others: bool


async def reserve_stock(
    command: ReserveStock, *, database: Database, lasting: timedelta, now: Moment
) -> Product:
    """Hold or release pieces; returns the product with what is held afterwards.

    A hold lapses after `lasting`. A repeat changes nothing. Raises `ProductNotFound`, `TooFewToHold` and
    `MoreThanHeld`.
    """
    async with database.transaction() as tx:
        product = await lock_product(tx, command.product_id, now)
        if await find_done(tx, command.operation, did=RESERVED) is not None:
            return product
        if command.amount > 0:
            refuse_hold(command.amount, available=product.available_to_sell)
            await _hold(tx, command, lasting=lasting, now=now)
        else:
            await _release(tx, command, now=now)
    return replace(product, reserved_quantity=product.reserved_quantity + command.amount)


async def _hold(tx: Transaction, command: ReserveStock, *, lasting: timedelta, now: Moment) -> None:
    params = {**_params(command, now), "amount": command.amount, "expires_at": now.at + lasting}
    await tx.execute(INSERT_HOLD, params)


async def _release(tx: Transaction, command: ReserveStock, *, now: Moment) -> None:
    amount, params = -command.amount, _params(command, now)
    held = await tx.fetch_only(Held, SELECT_HELD, params)
    refuse_release(amount, held=held, may_release_others=command.may_release_others)
    await tx.execute(UPDATE_TO_RELEASED, {**params, "amount": amount})


def _params(command: ReserveStock, now: Moment) -> dict[str, object]:
    return {
        "operation": command.operation,
        "product_id": command.product_id,
        "user_id": command.by,
        "now": now.at,
    }
