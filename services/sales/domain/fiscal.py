"""Facts of a sale that an invoice to the tax authority (CFDI) needs: forms of payment, and the ticket's code.

The suite issues no such invoice: docs/fiscal.md says what is there and what is not.
"""

from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from services.sales.domain.payments import PaymentMethod
from services.sales.domain.tenders import CardKind, Tender

CASH, TRANSFER, CREDIT_CARD, VOUCHER, DEBIT_CARD, TO_BE_DEFINED = "01", "03", "04", "08", "28", "99"

FORMS: Mapping[str, str] = {
    PaymentMethod.CASH: CASH,
    PaymentMethod.TRANSFER: TRANSFER,
    PaymentMethod.VOUCHER: VOUCHER,
}
CARDS: Mapping[str | None, str] = {CardKind.CREDIT: CREDIT_CARD, CardKind.DEBIT: DEBIT_CARD}

CODE_LENGTH = 5
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without letters that are read as digits."""


def form_of_payment(tender: Tender) -> str:
    """The SAT's key (catalogue c_FormaPago) of a tender.

    `99` (to be defined) for what is paid later or with the shop's own means, and for a card of unknown kind.
    """
    if tender.payment_method == PaymentMethod.CARD:
        return CARDS.get(tender.card_kind, TO_BE_DEFINED)
    return FORMS.get(tender.payment_method, TO_BE_DEFINED)


def invoice_code(order_uuid: UUID) -> str:
    """The 5 characters on the ticket with which its buyer, and nobody else, asks for the invoice.

    It follows from the order's uuid, which no answer shows, and not from the folio.
    """
    number = int.from_bytes(sha256(order_uuid.bytes).digest())
    return "".join(CODE_ALPHABET[number >> (5 * place) & 31] for place in range(CODE_LENGTH))
