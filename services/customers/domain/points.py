"""The texts of the points ledger."""


def purchase_description(ticket_folio: str) -> str:
    """The text of a purchase in the points ledger: `Compra F47AC10B`."""
    return f"Compra {ticket_folio}"
