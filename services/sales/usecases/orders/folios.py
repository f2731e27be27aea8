"""Finds the order of a ticket: each kind of number by its own unique index."""

from collections.abc import Mapping
from typing import Any, LiteralString

from services.sales.domain.folios import Folio

ID_OF_FOLIO: LiteralString = """any(array(
    select id from orders where ticket_folio = %(folio)s
    union select id from orders where client_id between %(folio_first)s and %(folio_last)s
    union select id from orders where uuid = %(folio_uuid)s
    union select id from orders where client_id = %(folio_uuid)s
    union select id from orders where seq = %(folio_seq)s
        and register_id = (select id from registers where series = %(folio_series)s)
))"""
"""What the id of the order is equal to; with the parameter `folio`, and those that `with_folio` adds."""


def with_folio(params: Mapping[str, Any], folio: Folio | None) -> dict[str, Any]:
    """The parameters with those of the folio's kinds of number, if one is wanted."""
    return {**params, **(folio.sql if folio else {})}
