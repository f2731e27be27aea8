"""Constraints and indexes of the database."""

import pytest

from libs.testing.constraints import passes, words_of
from services.sales.deps import Deps
from services.sales.domain.lifecycles import EXPIRE, ORDERS, PosStatus

STATUS_KNOWN = "ck_orders_status_known"
CONSTRAINTS_LENGTH_MAX = 6_000


def every_state() -> set[str]:
    return {state for lifecycle in ORDERS.values() for state in lifecycle.states}


@pytest.mark.parametrize("channel", ORDERS)
async def test_an_order_has_a_status_of_its_channels_lifecycle(deps: Deps, channel: str) -> None:
    await deps.database.open()
    words = await words_of(deps.database, STATUS_KNOWN)
    allowed = {
        status
        for status in {word.rpartition(" ")[2] for word in words} | every_state()
        if await passes(deps.database, STATUS_KNOWN, {"channel": channel, "status": status})
    }
    await deps.database.close()
    assert allowed == {*ORDERS[channel].states}


async def test_an_order_has_a_known_channel(deps: Deps) -> None:
    await deps.database.open()
    allowed = {
        status
        for status in every_state()
        if await passes(deps.database, STATUS_KNOWN, {"channel": "MAIL", "status": status})
    }
    await deps.database.close()
    assert not allowed


async def test_orders_that_wait_to_be_paid_are_found_by_their_index(deps: Deps) -> None:
    await deps.database.open()
    index = await deps.database.fetch_value(
        "select indexdef from pg_indexes where indexname = 'ix_orders_pos_not_paid'"
    )
    await deps.database.close()
    assert "(status, created_at, id)" in index
    assert f"(status <> '{PosStatus.PAID}'::text)" in index
    assert PosStatus.PAID not in EXPIRE.sources


async def test_the_constraints_of_an_order_are_cheap_to_read(deps: Deps) -> None:
    """PostgreSQL parses their stored text whenever it writes an order: about 37 instructions a character."""
    await deps.database.open()
    length = await deps.database.fetch_value(
        "select sum(length(conbin::text)) from pg_constraint where conrelid = 'orders'::regclass"
    )
    await deps.database.close()
    assert length < CONSTRAINTS_LENGTH_MAX
