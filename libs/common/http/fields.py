"""What may a field of a request hold? Lenient like Django REST framework, with its messages (contract §1).

    class LineIn(Shape):
        product: Annotated[int, PrimaryKey()]
        quantity: Annotated[int, Integer(ge=1)]

    class OrderIn(Shape):
        items: Annotated[list[LineIn], Many(min_items=1, max_items=500)]
        note: Annotated[str, Text(max_length=255, blank=True)] = ""
        customer: Annotated[int, PrimaryKey()] | None = None

A field without a default is required; `| None` also takes null; a default without `| None` makes a field that
may be left out but not be null or blank (what a PATCH of a required field is). The same annotations serve
query parameters. `PathId` is for ids in paths: what cannot be an id is a thing that does not exist (404).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

REQUIRED = "This field is required."
NULL_CHARACTER = "Null characters are not allowed."
INTEGER_MIN, INTEGER_MAX = -(2**31), 2**31 - 1
BIGINT_MAX = 2**63 - 1
NUMBER_LENGTH_MAX = 1000
ECHO_LENGTH_MAX = 100
BLANK = ("", None)

TRUE = frozenset({"t", "y", "yes", "true", "on", "1"})
FALSE = frozenset({"f", "n", "no", "false", "off", "0"})

INTEGER = re.compile(r"[+-]?[0-9]+(\.0*)?", re.ASCII)
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,9})?", re.ASCII)
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", re.ASCII)
ISO_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)
EMAIL = re.compile(
    r"[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*"
    r"@([A-Z0-9]([A-Z0-9-]{0,61}[A-Z0-9])?\.)+([A-Z0-9-]{2,63}(?<!-))",
    re.IGNORECASE | re.ASCII,
)


class NotAccepted(Exception):
    """The value cannot be what the field holds; every reason is given."""

    def __init__(self, *messages: str) -> None:
        self.messages = messages
        super().__init__(*messages)


class Field:
    """A kind of field: subclasses turn what was sent into what the use case takes, or say why not."""

    def parse(self, value: Any) -> Any:  # noqa: ANN401 - parsed JSON comes in
        """The value to work with; raises `NotAccepted`."""
        raise NotImplementedError

    def json_schema(self) -> dict[str, Any]:
        """How the API document describes the field."""
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(as_validator(self.parse))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {name: value for name, value in self.json_schema().items() if value is not None}


def as_validator(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`parse` as pydantic wants it: with its own class of error."""

    def validate(value: Any) -> Any:  # noqa: ANN401
        try:
            return parse(value)
        except NotAccepted as error:
            raise PydanticCustomError(
                "not_accepted", "{messages}", {"messages": list(error.messages)}
            ) from error

    return validate


@dataclass(frozen=True, slots=True)
class Text(Field):
    """Text, trimmed; numbers count as text. No NUL, no half characters. Lengths are in characters."""

    max_length: int | None = None
    min_length: int | None = None
    blank: bool = False
    trim: bool = True

    def parse(self, value: Any) -> str:  # noqa: ANN401
        """The trimmed text; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        if not isinstance(value, str):
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise NotAccepted("Not a valid string.")
            value = str(value)
        text: str = value.strip() if self.trim else value
        if not text or not text.strip():
            if not self.blank:
                raise NotAccepted(REQUIRED)
            return ""
        problems = self._problems(text)
        if problems:
            raise NotAccepted(*problems)
        return text

    def _problems(self, text: str) -> list[str]:
        problems = []
        if self.max_length is not None and len(text) > self.max_length:
            problems.append(f"Ensure this field has no more than {self.max_length} characters.")
        if self.min_length is not None and len(text) < self.min_length:
            problems.append(f"Ensure this field has at least {self.min_length} characters.")
        if "\0" in text:
            problems.append(NULL_CHARACTER)
        if not text.isascii() and (half := next((c for c in text if "\ud800" <= c <= "\udfff"), None)):
            problems.append(f"Surrogate characters are not allowed: U+{ord(half):X}.")
        return problems

    def json_schema(self) -> dict[str, Any]:
        """A string."""
        return {"type": "string", "maxLength": self.max_length, "minLength": self.min_length}


@dataclass(frozen=True, slots=True)
class EmailField(Field):
    """An email address, as it was written (comparing is the use case's)."""

    max_length: int = 254
    blank: bool = False

    def parse(self, value: Any) -> str:  # noqa: ANN401
        """The trimmed address; raises `NotAccepted`."""
        text = Text(max_length=self.max_length, blank=self.blank).parse(value)
        if text and not EMAIL.fullmatch(text):
            raise NotAccepted("Enter a valid email address.")
        return text

    def json_schema(self) -> dict[str, Any]:
        """A string of format `email`."""
        return {"type": "string", "format": "email", "maxLength": self.max_length}


@dataclass(frozen=True, slots=True)
class Choice(Field):
    """One of a few words, compared as written."""

    choices: tuple[str, ...]

    def __init__(self, *choices: str) -> None:
        object.__setattr__(self, "choices", choices)

    def parse(self, value: Any) -> str:  # noqa: ANN401
        """The word; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        text = value if isinstance(value, str) else str(value)
        if text not in self.choices:
            raise NotAccepted(f'"{text[:ECHO_LENGTH_MAX]}" is not a valid choice.')
        return text

    def json_schema(self) -> dict[str, Any]:
        """An enum."""
        return {"type": "string", "enum": list(self.choices)}


@dataclass(frozen=True, slots=True)
class Integer(Field):
    """A whole number: `5`, `"5"` and `5.0` are the same. Bounds default to what a column `integer` holds."""

    ge: int = INTEGER_MIN
    le: int = INTEGER_MAX

    def parse(self, value: Any) -> int:  # noqa: ANN401
        """The number; raises `NotAccepted`."""
        number = whole_number(value)
        check_range(number, ge=self.ge, le=self.le)
        return number

    def json_schema(self) -> dict[str, Any]:
        """An integer."""
        return {"type": "integer", "minimum": self.ge, "maximum": self.le}


@dataclass(frozen=True, slots=True)
class PrimaryKey(Field):
    """The id of something else. That it exists is the use case's to say, in the same words."""

    def parse(self, value: Any) -> int:  # noqa: ANN401
        """The id, at least 1 and within 64 bits; raises `NotAccepted`."""
        if value in BLANK and not isinstance(value, int | float):
            raise NotAccepted(REQUIRED)
        try:
            number = whole_number(value)
        except NotAccepted:
            raise NotAccepted(
                f"Incorrect type. Expected pk value, received {type(value).__name__}."
            ) from None
        if not 1 <= number <= BIGINT_MAX:
            raise NotAccepted(f'Invalid pk "{str(value)[:ECHO_LENGTH_MAX]}" - object does not exist.')
        return number

    def json_schema(self) -> dict[str, Any]:
        """An integer from 1."""
        return {"type": "integer", "minimum": 1}


@dataclass(frozen=True, slots=True)
class DecimalField(Field):
    """A decimal number, as text or number, with at most so many digits and decimal places; never NaN."""

    max_digits: int = 12
    decimal_places: int = 2
    ge: Decimal | int | None = None
    gt: Decimal | int | None = None
    le: Decimal | int | None = None

    def parse(self, value: Any) -> Decimal:  # noqa: ANN401
        """The number with exactly `decimal_places` places; raises `NotAccepted`."""
        number = _decimal(value)
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
        """A number or its text."""
        bounds = {"minimum": self.ge, "exclusiveMinimum": self.gt, "maximum": self.le}
        numbers = {name: float(bound) for name, bound in bounds.items() if bound is not None}
        return {"anyOf": [{"type": "number", **numbers}, {"type": "string", "format": "decimal"}]}


class MoneyField(DecimalField):
    """An amount of money: 12 digits, 2 of them cents, unless said otherwise."""


@dataclass(frozen=True, slots=True)
class Boolean(Field):
    """true or false, also as `"true"`, `"1"`, `1`, `"yes"`, `"on"` and their contraries."""

    def parse(self, value: Any) -> bool:  # noqa: ANN401
        """The truth; raises `NotAccepted`."""
        if isinstance(value, bool):
            return value
        if value in BLANK and not isinstance(value, int | float):
            raise NotAccepted(REQUIRED)
        if isinstance(value, str | int | float):
            word = str(int(value)) if isinstance(value, float) and value in {0.0, 1.0} else str(value).lower()
            if word in TRUE:
                return True
            if word in FALSE:
                return False
        raise NotAccepted("Not a valid boolean.")

    def json_schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class DateField(Field):
    """A day, `YYYY-MM-DD`."""

    def parse(self, value: Any) -> date:  # noqa: ANN401
        """The day; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        try:
            if isinstance(value, str) and ISO_DATE.fullmatch(value):
                year, month, day = map(int, value.split("-"))
                return date(year, month, day)
        except ValueError:
            pass  # 30 February is as wrong as no date at all
        raise NotAccepted("Date has wrong format. Use one of these formats instead: YYYY-MM-DD.")

    def json_schema(self) -> dict[str, Any]:
        """A string of format `date`."""
        return {"type": "string", "format": "date"}


@dataclass(frozen=True, slots=True)
class DateTimeField(Field):
    """A moment in ISO 8601; without a zone it is UTC (contract §1)."""

    def parse(self, value: Any) -> datetime:  # noqa: ANN401
        """The moment in UTC; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        try:
            if isinstance(value, str) and ISO_DATETIME.fullmatch(value):
                moment = datetime.fromisoformat(value)
                return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass  # a day that no calendar has, or one past its end
        raise NotAccepted(
            "Datetime has wrong format. Use one of these formats instead: "
            "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
        )

    def json_schema(self) -> dict[str, Any]:
        """A string of format `date-time`."""
        return {"type": "string", "format": "date-time"}


@dataclass(frozen=True, slots=True)
class Many:
    """A list with bounds. More entries than `max_items` are refused before any of them is looked at."""

    min_items: int = 0
    max_items: int = 1000

    def check(self, value: Any) -> list[Any]:  # noqa: ANN401
        """The list itself; raises `NotAccepted`."""
        if value is None:
            raise NotAccepted(REQUIRED)
        if not isinstance(value, list):
            raise NotAccepted(f'Expected a list of items but got type "{type(value).__name__}".')
        if len(value) < self.min_items:
            raise NotAccepted(
                f"Ensure this field has at least {self.min_items} elements."
                if value
                else "This list may not be empty."
            )
        if len(value) > self.max_items:
            raise NotAccepted(f"Ensure this field has no more than {self.max_items} elements.")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        return core_schema.no_info_before_validator_function(as_validator(self.check), handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "minItems": self.min_items, "maxItems": self.max_items}


class Shape(BaseModel):
    """A JSON object that a request holds. What it does not declare is ignored (contract §1)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    def given(self) -> dict[str, Any]:
        """Only the fields that the body held: what a PATCH, and a PUT with a subset, may change."""
        return {
            name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set
        }


@dataclass(frozen=True, slots=True)
class _IdInPath(Field):
    """Refuses with any message: the door answers 404 to whatever is wrong with a path."""

    def parse(self, value: Any) -> int:  # noqa: ANN401
        """The id; raises `NotAccepted`."""
        if not (isinstance(value, str) and value.isascii() and value.isdecimal()):
            raise NotAccepted("Not found.")
        number = int(value) if len(value) <= len(str(BIGINT_MAX)) else 0
        if not 1 <= number <= BIGINT_MAX:
            raise NotAccepted("Not found.")
        return number

    def json_schema(self) -> dict[str, Any]:
        """An integer from 1."""
        return {"type": "integer", "minimum": 1}


PathId = Annotated[int, _IdInPath(), Path()]
"""An id in a path."""


def whole_number(value: Any) -> int:  # noqa: ANN401
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


def check_range(
    number: Decimal | int, *, ge: Decimal | int | None = None, le: Decimal | int | None = None
) -> None:
    """Raises `NotAccepted` if the number is out of bounds."""
    if ge is not None and number < ge:
        raise NotAccepted(f"Ensure this value is greater than or equal to {ge}.")
    if le is not None and number > le:
        raise NotAccepted(f"Ensure this value is less than or equal to {le}.")


def _decimal(value: Any) -> Decimal:  # noqa: ANN401
    if value is None:
        raise NotAccepted(REQUIRED)
    if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool):
        text = str(value).strip()
        if len(text) <= NUMBER_LENGTH_MAX and DECIMAL.fullmatch(text):
            try:
                return Decimal(text)
            except InvalidOperation:
                pass  # an exponent that no decimal can hold
    raise NotAccepted("A valid number is required.")
