"""Counts the statements that a request runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from unittest.mock import patch

from psycopg import AsyncCursor

_counted: ContextVar[list[str] | None] = ContextVar("counted", default=None)


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that this task runs within the block, requests to an app over ASGI included.

    Background tasks of the app, which began before, are not counted; nor are BEGIN and COMMIT.
    """
    execute, executemany = AsyncCursor.execute, AsyncCursor.executemany

    async def counting(cursor: AsyncCursor[Any], query: Any, *args: Any, **options: Any) -> Any:
        _note(query)
        return await execute(cursor, query, *args, **options)

    async def counting_many(cursor: AsyncCursor[Any], query: Any, *args: Any, **options: Any) -> Any:
        _note(query)
        return await executemany(cursor, query, *args, **options)

    seen: list[str] = []
    token = _counted.set(seen)
    with (
        patch.object(AsyncCursor, "execute", counting),
        patch.object(AsyncCursor, "executemany", counting_many),
    ):
        yield seen
    _counted.reset(token)


def _note(query: object) -> None:
    seen = _counted.get()
    if seen is not None:
        seen.append(str(query))
