"""The pieces of an order that can come back, and where the goods go (contract §4)."""

from dataclasses import dataclass
from enum import StrEnum


class Disposition(StrEnum):
    """RESTOCK: back on the shelf. DISCARD: in the stock ledger, but not on the shelf."""

    RESTOCK = "restock"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of one product of an order: `returned` have come back, `claimed` are in open returns."""

    product_id: int
    bought: int
    returned: int
    claimed: int

    @property
    def not_returned(self) -> int:
        """The pieces that the buyer still has."""
        return self.bought - self.returned

    @property
    def returnable(self) -> int:
        """The pieces that no return has yet."""
        return self.bought - self.returned - self.claimed
