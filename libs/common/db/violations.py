"""Violated unique constraints: passed over, or turned into a refusal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType

from psycopg.errors import UniqueViolation


class suppress_violation:  # noqa: N801 - it is read like `contextlib.suppress`
    """Go on after the block if a statement inside violates one of these unique constraints."""

    def __init__(self, *constraints: str) -> None:
        self._constraints = constraints

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        return isinstance(error, UniqueViolation) and error.diag.constraint_name in self._constraints


@contextmanager
def refuse_violation(refusals: Mapping[str, type[Exception]]) -> Iterator[None]:
    """Raise the refusal of the unique constraint that a statement inside violates, if it has one."""
    try:
        yield
    except UniqueViolation as violation:
        if refusal := refusals.get(violation.diag.constraint_name or ""):
            raise refusal from violation
        raise
