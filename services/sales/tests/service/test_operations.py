"""During a deployment, repeats find the operations of the new version and of the previous one."""

from uuid import uuid4

from httpx import AsyncClient

from libs.common.db.operations import find_done
from services.sales.deps import Deps
from services.sales.tests.builders import placed

INSERT_AS_THE_VERSION_BEFORE = """
insert into orders (uuid, placed_by, channel, status, ticket_folio, user_id, subtotal, total_tax,
    final_amount, money_saved_total, created_at)
values (gen_random_uuid(), %(operation)s, 'POS', 'PENDING', 'F47AC10B', 7, 10, 0, 10, 0, now())
returning id
"""
CANCEL_AS_THE_VERSION_BEFORE = """
update orders set status = 'CANCELLED', cancelled_at = now(), closed_by = %(operation)s where id = %(id)s
"""


async def test_what_the_version_before_placed_is_found(till: AsyncClient, deps: Deps) -> None:
    operation = uuid4()
    order_id = await deps.database.fetch_value(INSERT_AS_THE_VERSION_BEFORE, {"operation": operation})
    assert await find_done(deps.database, operation, did="order.placed") == order_id


async def test_what_the_version_before_cancelled_is_found(till: AsyncClient, deps: Deps) -> None:
    operation, order_id = uuid4(), (await placed(till))["id"]
    await deps.database.execute(CANCEL_AS_THE_VERSION_BEFORE, {"operation": operation, "id": order_id})
    assert await find_done(deps.database, operation, did="order.cancelled") == order_id
