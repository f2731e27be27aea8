"""Finds the order of a ticket: each kind of number by its own unique index."""

from typing import LiteralString

ID_OF_FOLIO: LiteralString = """any(array(
    select id from orders where ticket_folio = %(folio)s
    union select id from orders where client_id between %(folio_first)s and %(folio_last)s
    union select id from orders where uuid = %(folio_uuid)s
    union select id from orders where client_id = %(folio_uuid)s
    union select id from orders where seq = %(folio_seq)s
        and register_id = (select id from registers where series = %(folio_series)s)
))"""
"""What the id of the order is equal to; with the parameters `folio` and those of `Folio.sql`."""
