"""Constraints and indexes of the database."""

import pytest

from libs.common.lifecycle import sql_list
from libs.testing.constraints import passes, words_of
from services.sales.deps import Deps
from services.sales.domain.lifecycles import EXPIRE, ORDERS

STATUS_KNOWN = "ck_orders_status_known"


@pytest.mark.parametrize("channel", ORDERS)
async def test_an_order_has_a_status_of_its_channels_lifecycle(deps: Deps, channel: str) -> None:
    await deps.database.open()
    words = await words_of(deps.database, STATUS_KNOWN)
    allowed = {
        status
        for status in words | {state for lifecycle in ORDERS.values() for state in lifecycle.states}
        if await passes(deps.database, STATUS_KNOWN, {"channel": channel, "status": status})
    }
    await deps.database.close()
    assert allowed == {*ORDERS[channel].states}


async def test_orders_that_wait_to_be_paid_are_found_by_their_index(deps: Deps) -> None:
    await deps.database.open()
    index = await deps.database.fetch_value(
        "select indexdef from pg_indexes where indexname = 'ix_orders_open_at_till'"
    )
    await deps.database.close()
    assert f"(status = {sql_list(EXPIRE.sources)}::text)" in index
