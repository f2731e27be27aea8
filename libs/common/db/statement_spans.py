"""Records each statement as a span, named by its constant. Where traces are off, nothing is in its way."""

import sys
from collections.abc import Iterable
from typing import Any

from psycopg import AsyncConnection, AsyncCursor
from psycopg.abc import Params
from psycopg.abc import QueryNoTemplate as Query
from psycopg.rows import Row

from libs.common.tracing.spans import Span, are_recorded, span

BETWEEN = ("libs.common.db.database", "libs.common.db.connections", "psycopg.connection_async", __name__)
"""The modules between the function that runs a statement and its cursor."""


async def record_statements(connection: AsyncConnection[Any]) -> None:
    """Let a new connection record its statements."""
    if are_recorded():
        connection.cursor_factory = RecordedCursor


class RecordedCursor(AsyncCursor[Row]):
    """Names and times are recorded; never parameters, nor SQL, as a part of it may be composed of them."""

    async def execute(  # type: ignore[override]  # its other form is for templates of Python 3.14
        self, query: Query, params: Params | None = None, **options: Any
    ) -> Any:
        """As its base class."""
        with span("statement", "CLIENT") as current:
            _describe(current, query)
            return await super().execute(query, params, **options)

    async def executemany(  # type: ignore[override]  # as above
        self, query: Query, params_seq: Iterable[Params], *, returning: bool = False
    ) -> None:
        """As its base class."""
        with span("statement", "CLIENT") as current:
            _describe(current, query)
            await super().executemany(query, params_seq, returning=returning)


def _describe(current: Span, query: Query) -> None:
    """Name a span by the constant, which stands beside the function that runs it, else by that function."""
    if not current.is_recorded:
        return
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals["__name__"] in BETWEEN:
        frame = frame.f_back
    names, function = frame.f_globals, frame.f_code.co_name
    constant = next((name for name, value in names.items() if value is query), function)
    current.describe(
        constant, {"db.system.name": "postgresql", "code.function.name": f"{names['__name__']}.{function}"}
    )
