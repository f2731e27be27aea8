"""Fields of a close for what was counted: notes and coins, and the money of each payment method."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from libs.common.http.fields import Choice, Field, Integer, MoneyField, NotAccepted
from libs.common.http.fields.field import REQUIRED
from services.sales.domain.payments import PaymentMethod

ENTRIES_MAX = 100
_PIECES = Integer(ge=0)
_VALUE = MoneyField(gt=0)
_AMOUNT = MoneyField(ge=0)
_METHOD = Choice(*(method for method in PaymentMethod if method is not PaymentMethod.CASH))


@dataclass(frozen=True, slots=True)
class Denominations(Field):
    """Pieces by the value of a note or coin: `{"500.00": 3, "0.50": 4}`."""

    def parse(self, value: Any) -> Mapping[Decimal, int]:
        """The pieces; raises `NotAccepted`."""
        pieces: dict[Decimal, int] = {}
        for name, number in _entries(value):
            denomination = _VALUE.parse(name)
            pieces[denomination] = pieces.get(denomination, 0) + _PIECES.parse(number)
        return pieces

    def json_schema(self) -> dict[str, Any]:
        """An object of whole numbers."""
        return {"type": "object", "additionalProperties": _PIECES.json_schema(), "maxProperties": ENTRIES_MAX}


@dataclass(frozen=True, slots=True)
class CountedTenders(Field):
    """Money by payment method: `{"CARD": "1250.00"}`. Cash is counted apart."""

    def parse(self, value: Any) -> Mapping[str, Decimal]:
        """The amounts; raises `NotAccepted`."""
        return {_METHOD.parse(name): _AMOUNT.parse(amount) for name, amount in _entries(value)}

    def json_schema(self) -> dict[str, Any]:
        """An object of amounts."""
        return {
            "type": "object",
            "propertyNames": _METHOD.json_schema(),
            "additionalProperties": _AMOUNT.json_schema(),
        }


def _entries(value: Any) -> list[tuple[str, Any]]:
    if value is None:
        raise NotAccepted(REQUIRED)
    if not isinstance(value, Mapping):
        raise NotAccepted(f'Expected a dictionary of items but got type "{type(value).__name__}".')
    if len(value) > ENTRIES_MAX:
        raise NotAccepted(f"Ensure this field has no more than {ENTRIES_MAX} elements.")
    return list(value.items())
