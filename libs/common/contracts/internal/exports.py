"""The pages of exports: what events of an owner have told, read again from its tables (ADR 0058)."""

from typing import Generic, TypeVar
from urllib.parse import urlencode

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

EXPORTS = "/internal/exports"
EXPORT_LIMIT_MAX = 1_000
"""The most items of a page; at least one."""

Item = TypeVar("Item")


class ExportPage(TypedDict, Generic[Item]):
    """Items in the order of their ids. `next` is the place to go on `after`; null: nothing was left.

    A page may have fewer items than were asked for, although more follow. It shows what was committed when it
    was read. What is committed later, also with a lower id, is told by an event after that: a reader of all
    pages misses nothing if it then handles the events since before its first page.
    """

    items: list[Item]
    next: int | None


def export_path(export: str, *, after: int = 0, limit: int = EXPORT_LIMIT_MAX) -> str:
    """The path of an export's page after a place; 0 is before the first."""
    return f"{export}?{urlencode({'after': after, 'limit': limit})}"
