"""The kinds of field that only catalog uses."""

from typing import Any

from libs.common.http.fields import REQUIRED, Field, NotAccepted
from libs.common.prices import TAX_FRACTIONS, TaxRate
from services.catalog.domain.pricing import NotATaxRate, read_tax_rate

ECHO_LENGTH_MAX = 100


class TaxRateField(Field):
    """A tax rate as percentage or fraction, text or number, or `EXENT` (contract §3)."""

    def parse(self, value: Any) -> TaxRate:
        """The rate as it is stored; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        try:
            return read_tax_rate(value)
        except NotATaxRate as error:
            raise NotAccepted(f'"{str(value)[:ECHO_LENGTH_MAX]}" is not a valid choice.') from error

    def json_schema(self) -> dict[str, Any]:
        """The common spellings; numbers and further zero decimals are also accepted."""
        return {"type": "string", "enum": ["16.00", "8.00", *TAX_FRACTIONS]}
