"""The caller of a route as a person, as the rules of sales know them."""

from libs.common.auth.principal import Principal
from services.sales.domain.people import Person


def person_of(who: Principal) -> Person:
    """The caller."""
    return Person(who.user_id, is_admin=who.is_admin)
