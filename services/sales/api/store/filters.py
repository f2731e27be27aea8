"""The filters of the lists of the web shop: a shopper sees their own, an admin all."""

from libs.common.auth.principal import Principal
from services.sales.usecases.web_lists import WebFilter


def filter_of(who: Principal, status: str | None) -> WebFilter:
    """The filter of a list in one status, or in any: a shopper's own, or all for an admin."""
    return WebFilter(user_id=None if who.is_admin else who.user_id, status=status)
