"""The caller of a route as the rules of sales know them: a person, or the owner of a cart or an order."""

from libs.common.auth.principal import Principal
from services.sales.domain.people import Person
from services.sales.usecases.carts.desk import Owner


def person_of(who: Principal) -> Person:
    """The caller."""
    return Person(who.user_id, is_admin=who.is_admin)


def owner_of(user_id: int, who: Principal) -> Owner:
    """The user with this id, by name if it is the caller."""
    return Owner(user_id, who.username if who.user_id == user_id else None)
