"""Fields for numbers and booleans: whole numbers, ids, decimals, money."""

import re
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from libs.common.http.fields.field import ECHO_LENGTH_MAX, REQUIRED, Field, NotAccepted, is_blank

INTEGER_MIN, INTEGER_MAX = -(2**31), 2**31 - 1
BIGINT_MAX = 2**63 - 1
NUMBER_LENGTH_MAX = 1000

TRUE = frozenset({"t", "y", "yes", "true", "on", "1"})
FALSE = frozenset({"f", "n", "no", "false", "off", "0"})

INTEGER = re.compile(r"[+-]?[0-9]+(\.0*)?", re.ASCII)
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,9})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Integer(Field):
    """A whole number: `5`, `"5"` and `5.0` are the same. Bounds default to what a column `integer` holds."""

    ge: int = INTEGER_MIN
    le: int = INTEGER_MAX

    def parse(self, value: Any) -> int:
        """The number; raises `NotAccepted`."""
        number = whole_number(value)
        check_range(number, ge=self.ge, le=self.le)
        return number

    def json_schema(self) -> dict[str, Any]:
        """An integer."""
        return {"type": "integer", "minimum": self.ge, "maximum": self.le}


ID = Integer(ge=1, le=BIGINT_MAX)
"""The id of a thing, as a whole number: unlike `PrimaryKey`, in the words for any number."""


class NotZero(Integer):
    """A whole number that adds or takes: any within its bounds but 0."""

    def parse(self, value: Any) -> int:
        """The number; raises `NotAccepted`."""
        number = Integer.parse(self, value)
        if number == 0:
            raise NotAccepted("Ensure this value is not equal to 0.")
        return number

    def json_schema(self) -> dict[str, Any]:
        """An integer that is not 0."""
        return {**Integer.json_schema(self), "not": {"const": 0}}


@dataclass(frozen=True, slots=True)
class PrimaryKey(Field):
    """The id of another thing. The use case checks that it exists, and refuses in the same words."""

    le: int = BIGINT_MAX

    def parse(self, value: Any) -> int:
        """The id, at least 1 and within its bound; raises `NotAccepted`."""
        if value is None or value == "":
            raise NotAccepted(REQUIRED)
        try:
            number = whole_number(value)
        except NotAccepted:
            raise NotAccepted(
                f"Incorrect type. Expected pk value, received {type(value).__name__}."
            ) from None
        if not 1 <= number <= self.le:
            # The parser reads integers beyond 64 bits as floats.
            sent = str(number if isinstance(value, float) else value)
            raise NotAccepted(f'Invalid pk "{sent[:ECHO_LENGTH_MAX]}" - object does not exist.')
        return number

    def json_schema(self) -> dict[str, Any]:
        """An integer from 1."""
        return {"type": "integer", "minimum": 1, "maximum": self.le}


@dataclass(frozen=True, slots=True)
class PrimaryKeyOrNull(Field):
    """The id of another thing where blank means null, for a field that is `| None`."""

    def parse(self, value: Any) -> int | None:
        """The id, None if it is blank; raises `NotAccepted`."""
        if is_blank(value):
            return None
        return PrimaryKey().parse(value)

    def json_schema(self) -> dict[str, Any]:
        """An integer from 1."""
        return PrimaryKey().json_schema()


@dataclass(frozen=True, slots=True)
class DecimalField(Field):
    """A decimal number, as text or number, with limited digits and decimal places; never NaN."""

    max_digits: int = 12
    decimal_places: int = 2
    ge: Decimal | int | None = None
    gt: Decimal | int | None = None
    le: Decimal | int | None = None

    def parse(self, value: Any) -> Decimal:
        """The number with exactly `decimal_places` places; raises `NotAccepted`."""
        number = decimal_number(value)
        self._check_digits(number)
        check_range(number, ge=self.ge, le=self.le)
        if self.gt is not None and number <= self.gt:
            raise NotAccepted(f"Ensure this value is greater than {self.gt}.")
        return abs(number) if number == 0 else number.quantize(Decimal(1).scaleb(-self.decimal_places))

    def _check_digits(self, number: Decimal) -> None:
        _, digits, exponent = number.as_tuple()
        assert isinstance(exponent, int), "only finite numbers get here"
        places = max(0, -exponent)
        total = max(len(digits) + max(exponent, 0), places)
        whole_max = self.max_digits - self.decimal_places
        if total > self.max_digits:
            raise NotAccepted(f"Ensure that there are no more than {self.max_digits} digits in total.")
        if places > self.decimal_places:
            raise NotAccepted(f"Ensure that there are no more than {self.decimal_places} decimal places.")
        if total - places > whole_max:
            raise NotAccepted(
                f"Ensure that there are no more than {whole_max} digits before the decimal point."
            )

    def json_schema(self) -> dict[str, Any]:
        """A decimal as text, or a number."""
        bounds = {"minimum": self.ge, "exclusiveMinimum": self.gt, "maximum": self.le}
        numbers = {name: float(bound) for name, bound in bounds.items() if bound is not None}
        sign = "" if self.ge is not None and self.ge >= 0 else "-?"
        whole, places = self.max_digits - self.decimal_places, self.decimal_places
        text = rf"^{sign}[0-9]{{1,{whole}}}(\.[0-9]{{1,{places}}})?$"
        return {"anyOf": [{"type": "string", "pattern": text}, {"type": "number", **numbers}]}


class MoneyField(DecimalField):
    """An amount of money: by default 12 digits, 2 of them cents."""


class DecimalNumber(DecimalField):
    """A decimal number in a dialect that writes it as a JSON number, with which pages compute."""

    def parse(self, value: Any) -> Decimal:
        """The number; raises `NotAccepted`."""
        # What a float keeps of a decimal: 19.9 * 3, which is 59.699999999999996, is 59.7.
        return super().parse(format(value, ".15g") if isinstance(value, float) else value)


class MoneyNumber(DecimalNumber):
    """An amount of money as such a number: by default 12 digits, 2 of them cents."""


@dataclass(frozen=True, slots=True)
class Boolean(Field):
    """true or false, also as `"true"`, `"1"`, `1`, `"yes"`, `"on"` and their opposites."""

    def parse(self, value: Any) -> bool:
        """The boolean; raises `NotAccepted`."""
        if isinstance(value, bool):
            return value
        if value is None or value == "":
            raise NotAccepted(REQUIRED)
        if isinstance(value, str | int):
            word = str(value).lower()
            if word in TRUE:
                return True
            if word in FALSE:
                return False
        raise NotAccepted("Not a valid boolean.")

    def json_schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}


def whole_number(value: Any) -> int:
    """`5`, `"5"`, `" 5.0"` and `5.0` as 5; raises `NotAccepted`."""
    if value is None:
        raise NotAccepted(REQUIRED)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and len(value) <= NUMBER_LENGTH_MAX and INTEGER.fullmatch(value.strip()):
        return int(value.strip().partition(".")[0])
    raise NotAccepted("A valid integer is required.")


def check_range(number: Decimal | int, *, ge: Decimal | int | None, le: Decimal | int | None) -> None:
    """Raises `NotAccepted` if the number is out of bounds."""
    if ge is not None and number < ge:
        raise NotAccepted(f"Ensure this value is greater than or equal to {ge}.")
    if le is not None and number > le:
        raise NotAccepted(f"Ensure this value is less than or equal to {le}.")


def decimal_number(value: Any) -> Decimal:
    """The number with all of its digits, never NaN; raises `NotAccepted`."""
    if value is None:
        raise NotAccepted(REQUIRED)
    if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
        text = str(value).strip()
        if len(text) <= NUMBER_LENGTH_MAX and DECIMAL.fullmatch(text):
            with suppress(InvalidOperation):  # an exponent too large for a decimal
                return Decimal(text)
    raise NotAccepted("A valid number is required.")
