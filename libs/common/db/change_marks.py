"""Statements of migrations for change feeds: tables of marks, and the triggers that keep them (ADR 0048).

A table of marks has one narrow row for each thing that ever changed: its id, and the transaction of its last
change. Triggers write it, so that no writer forgets it and processes of the version before write it too.
Marks are written in the order of ids, as the rows of things are locked.
"""

from collections.abc import Iterator
from typing import Literal

Event = Literal["insert", "update", "delete"]

MARK = """
insert into {marks} (id, changed_in) select {ids}
on conflict (id) do update set changed_in = excluded.changed_in
where {marks}.changed_in <> excluded.changed_in
"""


def mark_table(thing: str) -> Iterator[str]:
    """Create the table `<thing>_changes`, without marks: what is unmarked has not changed since."""
    yield f"create table {thing}_changes (id bigint primary key, changed_in xid8 not null)"
    yield f"create index ix_{thing}_changes_changed_in on {thing}_changes (changed_in, id)"


def mark_function(name: str, thing: str, column: str = "id") -> str:
    """Create a trigger function that marks the things whose ids are in `column` of the changed rows."""
    once = "" if column == "id" else f"group by {column} "  # several rows may name one thing
    marked = MARK.format(
        marks=f"{thing}_changes",
        ids=f"{column}, pg_current_xact_id() from changed_rows {once}order by {column}",
    )
    body = f"begin {marked}; return null; end"
    return f"create function {name}() returns trigger language plpgsql as $$ {body} $$"


def mark_trigger(table: str, event: Event, rows: Literal["new", "old"], function: str) -> str:
    """Call the function once for each statement on `table`, with the rows after it (new) or before (old)."""
    return (
        f"create trigger {function}_at_{event}_{rows} after {event} on {table} "
        f"referencing {rows} table as changed_rows for each statement execute function {function}()"
    )
