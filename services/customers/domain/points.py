"""Points: the refusal to take too many (contract §5), and the texts of the ledger."""

from libs.common.errors import DomainError, Kind

POINTS_MOVED_MAX = 1_000_000_000
"""The most points that one movement adds or takes: they pay the dearest order, of 999,999,999.99."""


class InsufficientPoints(DomainError):
    """The customer has fewer points than are to be taken."""

    kind = Kind.CONFLICT
    code = "insufficient_points"
    remedy = "Take fewer points, or take another payment method."

    def __init__(self, available: int) -> None:
        super().__init__(available=available)


def purchase_description(ticket_folio: str) -> str:
    """The text of a purchase in the ledgers of points and credit: `Compra F47AC10B`."""
    return f"Compra {ticket_folio}"
