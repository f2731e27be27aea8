"""Holds: the stock that carts hold, and the refusals of holding and releasing (contract §3)."""

from dataclasses import dataclass

from libs.common.errors import DomainError, Kind


class TooFewToHold(DomainError):
    """Fewer pieces of the product are available than the cart asks for; nothing was held."""

    kind = Kind.CONFLICT
    code = "insufficient_stock"
    remedy = "Hold at most what the body names as available."

    def __init__(self, available: int) -> None:
        super().__init__(available=available)


class MoreThanHeld(DomainError):
    """Fewer pieces are held than are to be released: by the user, or for ADMIN and OWNER by anybody."""

    kind = Kind.CONFLICT
    code = "more_than_held"
    remedy = "Read the product again: a hold may have lapsed, or an order has used it up."


@dataclass(frozen=True, slots=True)
class Held:
    """The pieces of a product that are held at a moment: a user's own, and those of all others."""

    own: int
    others: int


def refuse_hold(amount: int, *, available: int) -> None:
    """Raises `TooFewToHold` if fewer pieces are available."""
    if amount > available:
        raise TooFewToHold(available)


def refuse_release(amount: int, *, held: Held, may_release_others: bool) -> None:
    """Raises `MoreThanHeld` if the user may not release that many pieces."""
    if amount > held.own + (held.others if may_release_others else 0):
        raise MoreThanHeld
