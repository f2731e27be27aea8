"""The users who shop in the web store, as sales knows them."""

from dataclasses import dataclass

from libs.common.errors import NotFound


class ShopperNotFound(NotFound):
    """There is no user with this id, or the user was deleted."""

    thing = "User"


@dataclass(frozen=True, slots=True)
class Shopper:
    """A user to whom a cart or an order belongs. `is_supervisor`: an ADMIN or OWNER, as far as auth tells."""

    user_id: int
    username: str
    is_supervisor: bool = False
