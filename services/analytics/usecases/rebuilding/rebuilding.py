"""Rebuilds all figures from the owners' data, or compares them with it, while sales go on."""

from collections.abc import Sequence

from libs.common.db.database import Database
from services.analytics.usecases.rebuilding.comparing import COMPARISONS, Difference, find_differences
from services.analytics.usecases.rebuilding.filling import Filling
from services.analytics.usecases.rebuilding.schema import close_schema, open_schema, take_place


async def rebuild(
    filling: Filling, *, database: Database, comparisons: int = COMPARISONS
) -> Sequence[Difference]:
    """Put rebuilt figures in the place of those that are read; returns what differed before.

    Raises `Unavailable` if an owner or the database does not answer; then the old figures stay.
    """
    try:
        await open_schema(database)
        await filling.everything()
        differences = await find_differences(database, comparisons=comparisons)
        await take_place(database)
    except BaseException:
        await close_schema(database)
        raise
    return differences


async def verify(
    filling: Filling, *, database: Database, comparisons: int = COMPARISONS
) -> Sequence[Difference]:
    """Compare the figures that are read with rebuilt ones, which are dropped again."""
    try:
        await open_schema(database)
        await filling.everything()
        return await find_differences(database, comparisons=comparisons)
    finally:
        await close_schema(database)
