"""The texts of the points ledger."""

from services.customers.domain.points import purchase_description


def test_the_ledger_names_a_purchase_by_its_ticket() -> None:
    assert purchase_description("F47AC10B") == "Compra F47AC10B"
