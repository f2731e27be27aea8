"""Settles for good whether a charge was taken, even while it is being committed (ADR 0034)."""

from uuid import UUID

from libs.common.clock import Clock
from libs.common.db.database import Database
from libs.common.db.fences import insert_fences
from services.customers.domain.charges import ChargeFenced
from services.customers.usecases.charges.reading import find_charge

# A row without a customer. The statement waits for the charge's own row while that is in flight.
INSERT_FENCE = "insert into charges (id, made_at) values (%(id)s, %(now)s) on conflict do nothing"


async def fence_charge(charge_id: UUID, *, database: Database, clock: Clock) -> None:
    """Return if the charge was taken; otherwise fence it, so that it never will be: `ChargeFenced`.

    Raises `Unavailable` while neither is decided.
    """
    await insert_fences(INSERT_FENCE, {"id": charge_id, "now": clock()}, database=database)
    charge = await find_charge(database, charge_id)
    assert charge, "a charge or a fence is there, and neither is ever deleted"
    if charge.is_fence:
        raise ChargeFenced
