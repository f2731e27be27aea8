"""Forms of payment as the tax authority counts them, and the code of a ticket."""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from services.sales.domain.fiscal import CODE_ALPHABET, form_of_payment, invoice_code
from services.sales.domain.tenders import Tender


@pytest.mark.parametrize(
    ("payment_method", "card_kind", "form"),
    [
        ("CASH", None, "01"),
        ("TRANSFER", None, "03"),
        ("CARD", "CREDIT", "04"),
        ("CARD", "DEBIT", "28"),
        ("CARD", None, "99"),
        ("VOUCHER", None, "08"),
        ("CREDIT", None, "99"),
        ("POINTS", None, "99"),
        ("EXCHANGE", None, "99"),
    ],
)
def test_every_tender_has_the_key_of_its_form_of_payment(
    payment_method: str, card_kind: str | None, form: str
) -> None:
    assert form_of_payment(Tender(payment_method, Decimal(1), card_kind=card_kind)) == form


def test_a_code_is_the_same_whenever_its_ticket_is_printed() -> None:
    order = UUID("7b4e1f6a-0000-4000-8000-1234567890ab")
    assert invoice_code(order) == invoice_code(UUID(str(order))) == "XCMM7"


def test_codes_have_five_characters_that_nobody_misreads_and_spread_evenly() -> None:
    codes = [invoice_code(uuid4()) for _ in range(2_000)]
    assert all(len(code) == 5 and set(code) <= set(CODE_ALPHABET) for code in codes)
    assert len(set(codes)) > 1_990
