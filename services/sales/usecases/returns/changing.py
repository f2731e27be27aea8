"""Changes and deletes returns, for admins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from libs.common.clock import Clock
from libs.common.db.database import Database, Transaction
from libs.common.db.json_rows import json_rows
from libs.common.db.operations import remember_once
from libs.common.lifecycle import Actor
from libs.common.unset import UNSET, Unset
from services.sales.domain.lifecycles import RETURNS, step_of
from services.sales.domain.returns import Disposition, check_open, check_products
from services.sales.usecases.ports import Stock
from services.sales.usecases.returns.locking import lock_return
from services.sales.usecases.returns.reading import with_lines
from services.sales.usecases.returns.stepping import Stepped, stepped_before, take_back_goods_of, take_step
from services.sales.usecases.returns.telling import CHANGED_COLUMNS, tell_change
from services.sales.usecases.returns.views import ReturnOfOrder, ReturnView

RETURN_CHANGED = "return.changed"
RETURN_DELETED = "return.deleted"

UPDATE_DISPOSITIONS = """
update return_lines set disposition = wanted.disposition
from json_to_recordset(%(dispositions)s) as wanted (product_id bigint, disposition text)
where return_id = %(id)s and return_lines.product_id = wanted.product_id
"""

UPDATE_NOTES: LiteralString = f"""
update returns set admin_notes = %(admin_notes)s, updated_at = %(now)s
from orders where returns.id = %(id)s and orders.id = order_id
returning {CHANGED_COLUMNS}
"""

UPDATE_TO_DELETED: LiteralString = f"""
update returns set deleted_at = %(now)s, updated_at = %(now)s
from orders where returns.id = %(id)s and orders.id = order_id
returning {CHANGED_COLUMNS}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReturn:
    """A return for an admin to change; what is not given stays. `dispositions` are by product.

    `operation` is the same in every repeat of one request.
    """

    operation: UUID
    return_id: int
    status: str | Unset
    admin_notes: str | Unset | None = UNSET
    dispositions: Mapping[int, Disposition] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeleteReturn:
    """A return to delete. `operation` is the same in every repeat of one request."""

    operation: UUID
    return_id: int


async def change_return(
    command: ChangeReturn, *, database: Database, stock: Stock, clock: Clock
) -> ReturnView:
    """Change all that is given, or nothing. The status last: a return is processed with the new dispositions.

    When a return is processed its goods are back, or follow if catalog cannot be reached. A repeat changes
    nothing, and returns the return as it is now.
    Raises `ReturnNotFound`, `StepNotAllowed`, `ReturnIsClosed` or `ProductNotInReturn`.
    """
    async with database.transaction() as tx:
        if await remember_once(tx, command.operation, did=RETURN_CHANGED, thing_id=command.return_id):
            stepped = await _changed(tx, command, now=clock())
        else:
            stepped = await stepped_before(tx, command.return_id)
    await take_back_goods_of(stepped, stock)
    return stepped.view


async def delete_return(command: DeleteReturn, *, database: Database, clock: Clock) -> None:
    """Delete the return. What has come back stays back; what an open one claims can be returned again.

    Raises `ReturnNotFound`, also if it was deleted before, unless by this operation.
    """
    now = clock()
    async with database.transaction() as tx:
        if await remember_once(tx, command.operation, did=RETURN_DELETED, thing_id=command.return_id):
            found = await lock_return(tx, command.return_id)
            deleted = await tx.fetch_only(ReturnOfOrder, UPDATE_TO_DELETED, {"id": found.id, "now": now})
            tell_change(tx, deleted, now=now)


async def _changed(tx: Transaction, command: ChangeReturn, *, now: datetime) -> Stepped:
    stepped = Stepped(await lock_return(tx, command.return_id))
    if command.dispositions:
        await _set_dispositions(tx, stepped.view, command.dispositions)
    if not isinstance(command.admin_notes, Unset):
        stepped = Stepped(await _set_notes(tx, stepped.view, command.admin_notes, now))
    if not isinstance(command.status, Unset):
        step = step_of(RETURNS, stepped.view.status, command.status, by=Actor.ADMIN)
        stepped = await take_step(tx, stepped.view, step, now=now)
    return stepped


async def _set_dispositions(
    tx: Transaction, found: ReturnView, dispositions: Mapping[int, Disposition]
) -> None:
    check_open(found.status)
    (whole,) = await with_lines([found], tx)
    check_products(dispositions, whole.lines)
    rows = [
        {"product_id": product_id, "disposition": disposition}
        for product_id, disposition in dispositions.items()
    ]
    await tx.execute(UPDATE_DISPOSITIONS, {"id": found.id, "dispositions": json_rows(rows)})


async def _set_notes(
    tx: Transaction, found: ReturnView, admin_notes: str | None, now: datetime
) -> ReturnOfOrder:
    return await tx.fetch_only(
        ReturnOfOrder, UPDATE_NOTES, {"id": found.id, "admin_notes": admin_notes, "now": now}
    )
