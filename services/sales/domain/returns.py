"""What becomes of goods that come back (contract §4)."""

from enum import StrEnum


class Disposition(StrEnum):
    """RESTOCK: back on the shelf. DISCARD: in the stock ledger, but not on the shelf."""

    RESTOCK = "restock"
    DISCARD = "discard"
