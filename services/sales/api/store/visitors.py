"""The caller of a STORE route as a visitor of the web shop, and what its lists show to them."""

from libs.common.auth.principal import Principal
from services.sales.domain.visitors import Visitor
from services.sales.usecases.web_lists import WebFilter


def visitor_of(who: Principal) -> Visitor:
    """The caller, as the rules of the web shop know them."""
    return Visitor(who.user_id, who.is_admin)


def filter_of(who: Principal, status: str | None) -> WebFilter:
    """The filter of a list in one status, or in any: a shopper's own, or all for an admin."""
    return WebFilter(user_id=None if who.is_admin else who.user_id, status=status)
