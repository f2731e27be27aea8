"""Statements, and parts of them, that add to a shift's figures by tender, and to its people."""

from typing import LiteralString

STAFF_ENTERED: LiteralString = """
insert into shift_users (shift_id, user_id) values (%(shift_id)s, %(user_id)s) on conflict do nothing
"""
"""The user is from now on among those who took or gave money in the shift."""


def added_to_tenders(rows: LiteralString, *columns: LiteralString) -> LiteralString:
    """A part of a `with` that adds rows of a shift, a payment method and these columns to its tenders."""
    return f"""tendered as (
    insert into shift_tenders as was (shift_id, payment_method, {", ".join(columns)})
    {rows}
    on conflict (shift_id, payment_method) do update
    set {", ".join(f"{column} = was.{column} + excluded.{column}" for column in columns)}
)"""
