"""The facts of a customer that an invoice to the tax authority (CFDI) names; see docs/fiscal.md."""

import re

from stdnum.exceptions import ValidationError
from stdnum.mx import rfc

COMPANY_NAME_LENGTH_MAX = 254  # `Nombre` of the receiver in CFDI 4.0
RFC_LENGTH_MIN, RFC_LENGTH_MAX = 12, 13  # of a company, of a person
RFC_WRITTEN_LENGTH_MAX = 20  # with spaces or dashes between its parts

GENERIC_RFCS = frozenset({"XAXX010101000", "XEXX010101000"})
"""Of the public and of foreigners; the authority made them without check digits."""

REGIMEN_FISCAL = re.compile(r"[0-9]{3}")
"""A key of `c_RegimenFiscal`, by its form."""
USO_CFDI = re.compile(r"[A-Z]{1,2}[0-9]{2}")
"""A key of `c_UsoCFDI`, by its form: `G03`, `CP01`."""
POSTAL_CODE = re.compile(r"[0-9]{5}")


class NotAnRfc(ValueError):
    """The text is no tax number: its form, its date or its check digit is wrong."""


def read_rfc(written: str) -> str:
    """The tax number in capitals, without spaces and dashes; raises `NotAnRfc`.

    A few numbers of the authority have a check digit that is wrong by its own rule; they are refused too.
    """
    number = rfc.compact(written)
    if number in GENERIC_RFCS:
        return number
    if len(number) not in (RFC_LENGTH_MIN, RFC_LENGTH_MAX):
        raise NotAnRfc
    try:
        return rfc.validate(number, validate_check_digits=True)
    except ValidationError as error:
        raise NotAnRfc from error
