"""The lists of the web shop: a shopper sees their own, an admin all, in STORE's envelope."""

from collections.abc import Sequence
from typing import Any

from libs.common.auth.principal import Principal
from libs.common.db.pages import Page
from services.sales.usecases.web_lists import WebFilter


def filter_of(who: Principal, status: str | None) -> WebFilter:
    """The filter of a list in one status, or in any: a shopper's own, or all for an admin."""
    return WebFilter(user_id=None if who.is_admin else who.user_id, status=status)


def envelope(total: str, name: str, shown: Sequence[Any], page: Page[Any]) -> dict[str, Any]:
    """`{"total_carts": 2, "carts": […]}`. The total counts all matches, and is left out if nobody counted."""
    counted = {} if page.total.rows is None else {total: page.total.rows}
    return {**counted, name: shown}
