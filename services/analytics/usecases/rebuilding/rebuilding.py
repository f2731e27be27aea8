"""Rebuilds all figures from the owners' data, or compares them with it, while sales go on."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from libs.common.db.database import Database
from services.analytics.usecases.rebuilding.comparing import Difference, find_differences
from services.analytics.usecases.rebuilding.filling import Filling
from services.analytics.usecases.rebuilding.schema import Rebuild, open_schema, vacuum

PATIENCE_SECONDS = 10.0


async def rebuild(
    filling: Filling, *, database: Database, patience: float = PATIENCE_SECONDS
) -> Sequence[Difference]:
    """Put rebuilt figures in the place of those that are read; returns what differed before.

    Raises `Unavailable` if an owner or the database does not answer, or a `CommandFailed`; then the old
    figures stay. `patience`: for how many seconds a difference may pass by itself.
    """
    async with _filled(filling, database) as tables:
        filling.steps.begin("comparing")
        differences = await find_differences(database, patience=patience)
        filling.steps.begin("changing places")
        await tables.take_place(database)
    return differences


async def verify(
    filling: Filling, *, database: Database, patience: float = PATIENCE_SECONDS
) -> Sequence[Difference]:
    """Compare the figures that are read with rebuilt ones, which are dropped again."""
    async with _filled(filling, database) as tables:
        filling.steps.begin("comparing")
        differences = await find_differences(database, patience=patience)
        await tables.close(database)
    return differences


@asynccontextmanager
async def _filled(filling: Filling, database: Database) -> AsyncIterator[Rebuild]:
    """The tables, filled; dropped if the block fails."""
    tables = await open_schema(database)
    try:
        await filling.everything(tables)
        filling.steps.begin("vacuuming")
        await vacuum(database)
        yield tables
    except BaseException:
        await tables.close(database)
        raise
