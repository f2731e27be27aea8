"""The kinds of field that only catalog uses."""

import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from libs.common.http.fields import REQUIRED, Field, NotAccepted, TextOrNull, decimal_number
from libs.common.prices import TAX_FRACTIONS, TaxRate
from services.catalog.domain.pricing import NotATaxRate, read_tax_rate

ECHO_LENGTH_MAX = 100
ABOVE_ALL_PRICES = Decimal(10**12)
MILLIONTH = Decimal("0.000001")


class PriceBound(Field):
    """A price that others are compared with: any number, also one that a page has computed."""

    def parse(self, value: Any) -> Decimal:
        """The number to a millionth, or one that is as far beyond all prices; raises `NotAccepted`."""
        number = decimal_number(value)
        return max(-ABOVE_ALL_PRICES, min(number, ABOVE_ALL_PRICES)).quantize(MILLIONTH)

    def json_schema(self) -> dict[str, Any]:
        """A number."""
        return {"type": "number"}


class TaxRateField(Field):
    """A tax rate as percentage or fraction, text or number, or `EXENT` (contract §3)."""

    def parse(self, value: Any) -> TaxRate:
        """The rate as it is stored; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        with suppress(NotAccepted, NotATaxRate):
            return read_tax_rate("EXENT" if value == "EXENT" else decimal_number(value))
        raise NotAccepted(f'"{str(value)[:ECHO_LENGTH_MAX]}" is not a valid choice.')

    def json_schema(self) -> dict[str, Any]:
        """The common spellings; numbers and further zero decimals are also accepted."""
        return {"type": "string", "enum": ["16.00", "8.00", *TAX_FRACTIONS]}


@dataclass(frozen=True, slots=True)
class FiscalKey(Field):
    """A key of one of the tax authority's catalogues, checked for its form only; blank means null."""

    form: str
    refusal: str

    def parse(self, value: Any) -> str | None:
        """The trimmed key, None if it is blank; raises `NotAccepted`."""
        key = TextOrNull().parse(value)
        if key is not None and not re.fullmatch(self.form, key):
            raise NotAccepted(self.refusal)
        return key

    def json_schema(self) -> dict[str, Any]:
        """A string of the form, also an empty one."""
        return {"type": "string", "pattern": f"^({self.form})?$"}


CLAVE_PROD_SERV = FiscalKey("[0-9]{8}", "La clave de producto o servicio del SAT tiene 8 dígitos.")
CLAVE_UNIDAD = FiscalKey(
    "[A-Z0-9]{2,3}", "La clave de unidad del SAT tiene 2 o 3 mayúsculas o dígitos, como H87."
)
OBJETO_IMP = FiscalKey("0[1-8]", "El objeto de impuesto del SAT va de 01 a 08.")
