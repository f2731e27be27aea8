"""Points: how they are moved by hand, the refusals (contract §5), and the texts of the ledger."""

from enum import StrEnum
from typing import LiteralString

from libs.common.errors import DomainError, Kind

POINTS_MOVED_MAX = 1_000_000_000
"""The most points that one movement adds or takes: they pay the dearest order, of 999,999,999.99."""


PURCHASE: LiteralString = "Compra "
"""The text of earned and paid points begins so; the folio of the ticket follows."""

TAKEN_BACK: LiteralString = "Puntos retirados por devolución "
"""The text of points that a return takes back begins so; the folio of the ticket follows."""

SETTLED: LiteralString = "Puntos adeudados por devoluciones"
"""The text of points that settle what is owed."""


class PointsType(StrEnum):
    """The kinds of a movement of points."""

    EARN = "EARN"
    REDEEM = "REDEEM"
    ADJUSTMENT = "ADJUSTMENT"


class InsufficientPoints(DomainError):
    """The customer has fewer points than the request takes; none were taken."""

    kind = Kind.CONFLICT
    code = "insufficient_points"
    remedy = "Take fewer points."

    def __init__(self, available: int) -> None:
        super().__init__(available=available)


class EarnedPointsNotPositive(DomainError):
    """`EARN` adds points: its amount is positive."""

    code = "earned_points_not_positive"
    remedy = "Send a positive amount. `REDEEM` takes points, `ADJUSTMENT` corrects the balance either way."


def points_moved(kind: PointsType, amount: int) -> int:
    """The points that a movement by hand adds, or takes if negative; `amount` is not 0.

    `REDEEM` takes points, whatever the sign. Raises `EarnedPointsNotPositive`.
    """
    match kind:
        case PointsType.REDEEM:
            return -abs(amount)
        case PointsType.EARN if amount < 0:
            raise EarnedPointsNotPositive
        case _:
            return amount


def refuse_below_zero(points: int, *, current_points: int) -> None:
    """Raise `InsufficientPoints` if the balance would fall below 0."""
    if current_points + points < 0:
        raise InsufficientPoints(current_points)


def purchase_description(ticket_folio: str) -> str:
    """The text of a purchase in the ledgers of points and credit: `Compra F47AC10B`."""
    return f"{PURCHASE}{ticket_folio}"
