"""Fields accept and refuse values as Django REST framework does (contract §1)."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import pytest
from pydantic import Field as Declared

from libs.common.http.fields import (
    BIGINT_MAX,
    Boolean,
    Choice,
    ChoiceOrNull,
    DateField,
    DateTimeField,
    DecimalField,
    DecimalNumber,
    EmailField,
    EmailOrNull,
    Field,
    Integer,
    Many,
    MoneyField,
    MoneyNumber,
    NotAccepted,
    PhoneNumber,
    PrimaryKey,
    PrimaryKeyOrNull,
    Shape,
    Text,
    TextOrNull,
    UuidField,
)
from libs.common.http.refusals import InvalidInput
from libs.common.http.validation import read_as

REQUIRED = "This field is required."
INTEGER = "A valid integer is required."
NUMBER = "A valid number is required."
BOOLEAN = "Not a valid boolean."
STRING = "Not a valid string."
EMAIL = "Enter a valid email address."
DATE = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."
DATETIME = (
    "Datetime has wrong format. Use one of these formats instead: "
    "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
)
TAKEN = [
    (Text(), "  hola  ", "hola"),
    (PhoneNumber(), "\u202a+52 55 1234\u202c ", "+52 55 1234"),
    (PhoneNumber(), 5512345678, "5512345678"),
    (Text(), 5, "5"),
    (Text(), 0, "0"),
    (Text(), -5, "-5"),
    (Text(), 2**64 - 1, "18446744073709551615"),
    (Text(), 1.5, "1.5"),
    (Text(), 7501.0, "7501.0"),
    (Text(), 123456789012.345, "123456789012.345"),
    (TextOrNull(), 7501055363513, "7501055363513"),
    (Text(blank=True), "   ", ""),
    (TextOrNull(), "  hola  ", "hola"),
    (TextOrNull(), "   ", None),
    (Text(trim=False), " x ", " x "),
    (Text(max_length=3), "ñño", "ñño"),
    (EmailField(), " Ana.Lopez+x@Mail.example.MX ", "Ana.Lopez+x@Mail.example.MX"),
    (EmailField(), "Ana@Correo-Ñandú.mx", "Ana@Correo-Ñandú.mx"),
    (EmailOrNull(), "ana@münchen.de", "ana@münchen.de"),
    (EmailOrNull(), " ", None),
    (Choice("CASH", "CARD"), "CASH", "CASH"),
    (ChoiceOrNull("CASH", "CARD"), "CASH", "CASH"),
    (ChoiceOrNull("CASH"), " ", None),
    (Integer(), 5, 5),
    (Integer(), "5", 5),
    (Integer(), " -5 ", -5),
    (Integer(), 5.0, 5),
    (Integer(), "5.00", 5),
    (PrimaryKey(), "12", 12),
    (PrimaryKey(), BIGINT_MAX, BIGINT_MAX),
    (PrimaryKeyOrNull(), "12", 12),
    (PrimaryKeyOrNull(), "", None),
    (PrimaryKeyOrNull(), " ", None),
    (MoneyField(), "18.5", Decimal("18.50")),
    (MoneyField(), 18.5, Decimal("18.50")),
    (MoneyField(), 18, Decimal("18.00")),
    (MoneyField(), " 18.50 ", Decimal("18.50")),
    (MoneyField(), "1e3", Decimal("1000.00")),
    (MoneyField(), "9999999999.99", Decimal("9999999999.99")),
    (MoneyNumber(), 18.5, Decimal("18.50")),
    (MoneyNumber(), "18.5", Decimal("18.50")),
    (MoneyNumber(), 19.9 * 3, Decimal("59.70")),
    (MoneyNumber(), 0.1 + 0.2, Decimal("0.30")),
    (MoneyNumber(), 9999999999.99, Decimal("9999999999.99")),
    (MoneyNumber(), -0.0, Decimal("0.00")),
    (DecimalField(max_digits=5, decimal_places=3), "0.125", Decimal("0.125")),
    (DecimalNumber(max_digits=5, decimal_places=3), 1.1 * 3, Decimal("3.300")),
    (Boolean(), True, True),
    (Boolean(), "false", False),
    (Boolean(), "True", True),
    (Boolean(), 1, True),
    (Boolean(), "0", False),
    (DateField(), "1995-08-20", date(1995, 8, 20)),
    (DateField(), "2024-2-29", date(2024, 2, 29)),
    (DateTimeField(), "2026-04-15T23:59:59", datetime(2026, 4, 15, 23, 59, 59, tzinfo=UTC)),
    (DateTimeField(), "2026-04-15 23:59", datetime(2026, 4, 15, 23, 59, tzinfo=UTC)),
    (DateTimeField(), "2026-04-15t23:59:59.987654321z", datetime(2026, 4, 15, 23, 59, 59, tzinfo=UTC)),
    (DateTimeField(), "2026-04-15T23:59:59-06:00", datetime(2026, 4, 16, 5, 59, 59, tzinfo=UTC)),
    (UuidField(), "6F9619FF-8b86-4d01-b42d-00cf4fc964ff", UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")),
]
REFUSED: list[tuple[Field, Any, list[str]]] = [
    (Text(), None, [REQUIRED]),
    (Text(), "", [REQUIRED]),
    (Text(), " \t\n", [REQUIRED]),
    (Text(trim=False), "   ", [REQUIRED]),
    (Text(blank=True), None, [REQUIRED]),
    (TextOrNull(), None, [REQUIRED]),
    (Text(), True, [STRING]),
    (Text(), 97248890642853280000.0, [STRING]),
    (Text(), -97248890642853280000.0, [STRING]),
    (Text(), 1e-7, [STRING]),
    (Text(), 0.1234567890123456, [STRING]),
    (TextOrNull(), 1e20, [STRING]),
    (EmailField(), 1e20, [STRING]),
    (Text(), ["a"], [STRING]),
    (Text(), {}, [STRING]),
    (Text(max_length=3), "abcd", ["Ensure this field has no more than 3 characters."]),
    (Text(min_length=3), "ab", ["Ensure this field has at least 3 characters."]),
    (Text(), "a\0b", ["Null characters are not allowed."]),
    (Text(), "a\ud800b", ["Surrogate characters are not allowed: U+D800."]),
    (
        Text(max_length=2),
        "a\0b",
        ["Ensure this field has no more than 2 characters.", "Null characters are not allowed."],
    ),
    (EmailField(), "ana", [EMAIL]),
    (EmailField(), "ana@", [EMAIL]),
    (EmailField(), "ana@host", [EMAIL]),
    (EmailField(), "ana@ñandú", [EMAIL]),
    (EmailField(), "ñandú@mail.mx", [EMAIL]),
    (EmailField(), "ana@☃.mx", [EMAIL]),
    (EmailField(), "ana@-ñ.mx", [EMAIL]),
    (EmailField(), "ana@ñ..mx", [EMAIL]),
    (EmailField(), "ana lopez@mail.mx", [EMAIL]),
    (EmailField(), "ana@mail..mx", [EMAIL]),
    (EmailField(), "ana@mail.mx\nx", [EMAIL]),
    (EmailField(), "a" * 250 + "@mail.mx", ["Ensure this field has no more than 254 characters."]),
    (Choice("CASH"), None, [REQUIRED]),
    (Choice("CASH"), "cash", ['"cash" is not a valid choice.']),
    (Choice("CASH"), 5, ['"5" is not a valid choice.']),
    (ChoiceOrNull("CASH"), "cash", ['"cash" is not a valid choice.']),
    (Choice("CASH"), "x" * 200, [f'"{"x" * 100}" is not a valid choice.']),
    (Integer(), None, [REQUIRED]),
    (Integer(), "", [INTEGER]),
    (Integer(), "five", [INTEGER]),
    (Integer(), 5.5, [INTEGER]),
    (Integer(), "5.5", [INTEGER]),
    (Integer(), True, [INTEGER]),
    (Integer(), [], [INTEGER]),
    (Integer(), "1_000", [INTEGER]),
    (Integer(), "٣", [INTEGER]),
    (Integer(), "9" * 5000, [INTEGER]),
    (Integer(), 2**31, ["Ensure this value is less than or equal to 2147483647."]),
    (Integer(), 1e300, ["Ensure this value is less than or equal to 2147483647."]),
    (Integer(ge=1), 0, ["Ensure this value is greater than or equal to 1."]),
    (PrimaryKey(), None, [REQUIRED]),
    (PrimaryKey(), "", [REQUIRED]),
    (PrimaryKey(), "x", ["Incorrect type. Expected pk value, received str."]),
    (PrimaryKey(), False, ["Incorrect type. Expected pk value, received bool."]),
    (PrimaryKeyOrNull(), None, [REQUIRED]),
    (PrimaryKeyOrNull(), "x", ["Incorrect type. Expected pk value, received str."]),
    (PrimaryKeyOrNull(), 0, ['Invalid pk "0" - object does not exist.']),
    (PrimaryKey(), 0, ['Invalid pk "0" - object does not exist.']),
    (PrimaryKey(), 2**63, [f'Invalid pk "{2**63}" - object does not exist.']),
    (PrimaryKey(), 1e20, [f'Invalid pk "{10**20}" - object does not exist.']),
    (MoneyField(), None, [REQUIRED]),
    (MoneyField(), "", [NUMBER]),
    (MoneyField(), "12,50", [NUMBER]),
    (MoneyField(), "NaN", [NUMBER]),
    (MoneyField(), "Infinity", [NUMBER]),
    (MoneyField(), True, [NUMBER]),
    (MoneyField(), {}, [NUMBER]),
    (MoneyField(), "1e9999999999", [NUMBER]),
    (MoneyField(), "9" * 2000, [NUMBER]),
    (MoneyField(), "1e999999999", ["Ensure that there are no more than 12 digits in total."]),
    (MoneyField(), "1.555", ["Ensure that there are no more than 2 decimal places."]),
    (MoneyField(), 0.1 + 0.2, ["Ensure that there are no more than 12 digits in total."]),
    (MoneyNumber(), 1.555, ["Ensure that there are no more than 2 decimal places."]),
    (MoneyNumber(), "0.30000000000000004", ["Ensure that there are no more than 12 digits in total."]),
    (MoneyNumber(), 1e300, ["Ensure that there are no more than 12 digits in total."]),
    (MoneyNumber(), True, [NUMBER]),
    (
        MoneyField(),
        "12345678901.5",
        ["Ensure that there are no more than 10 digits before the decimal point."],
    ),
    (MoneyField(ge=0), "-0.01", ["Ensure this value is greater than or equal to 0."]),
    (MoneyField(gt=0), "0", ["Ensure this value is greater than 0."]),
    (MoneyField(le=100), "100.01", ["Ensure this value is less than or equal to 100."]),
    (Boolean(), None, [REQUIRED]),
    (Boolean(), "maybe", [BOOLEAN]),
    (Boolean(), 2, [BOOLEAN]),
    (Boolean(), [], [BOOLEAN]),
    (DateField(), None, [REQUIRED]),
    (DateField(), "", [DATE]),
    (DateField(), "20/08/1995", [DATE]),
    (DateField(), "2025-02-29", [DATE]),
    (DateField(), "0000-01-01", [DATE]),
    (DateField(), "1995-08-20T00:00:00", [DATE]),
    (DateField(), 19950820, [DATE]),
    (DateTimeField(), None, [REQUIRED]),
    (DateTimeField(), "", [DATETIME]),
    (DateTimeField(), "2026-04-15", [DATETIME]),
    (DateTimeField(), "2026-02-29T12:00:00", [DATETIME]),
    (DateTimeField(), "2026-W10-1T12:00:00", [DATETIME]),
    (DateTimeField(), "20260415T120000Z", [DATETIME]),
    (DateTimeField(), "0001-01-01T00:00:00+14:00", [DATETIME]),
    (DateTimeField(), "9999-12-31T23:59:59-14:00", [DATETIME]),
    (DateTimeField(), 1_700_000_000, [DATETIME]),
    (UuidField(), None, [REQUIRED]),
    (UuidField(), "", ["Must be a valid UUID."]),
    (UuidField(), "6f9619ff-8b86-4d01-b42d", ["Must be a valid UUID."]),
    (UuidField(), 5, ["Must be a valid UUID."]),
]


def test_every_field_takes_what_it_should() -> None:
    assert [field.parse(given) for field, given, _ in TAKEN] == [taken for _, _, taken in TAKEN]


@pytest.mark.parametrize(
    ("field", "given", "messages"), REFUSED, ids=lambda value: repr(value)[:60] if value != "" else "blank"
)
def test_a_field_says_what_it_cannot_take(field: Field, given: Any, messages: list[str]) -> None:
    with pytest.raises(NotAccepted) as refused:
        field.parse(given)
    assert list(refused.value.messages) == messages


def test_minus_nothing_is_nothing() -> None:
    assert str(MoneyField().parse("-0.00")) == "0.00"


class FormIn(Shape):
    name: Annotated[str, Text()]
    price: Annotated[Decimal, MoneyField()]
    quantity: Annotated[int, Integer()]
    starts: Annotated[date, DateField()]
    kind: Annotated[str, Choice("A", "B")]
    is_new: Annotated[bool, Boolean()]
    product_id: Annotated[int, PrimaryKey()] = Declared(alias="product")
    ends: Annotated[date, DateField()] | None = None
    count: Annotated[int, Integer()] = 0


FORM = ("name", "price", "quantity", "starts", "kind", "is_new", "product")


@pytest.mark.parametrize("blank", ["", " \t "])
def test_a_required_field_that_is_blank_is_missing_whatever_its_kind(blank: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_as(FormIn, dict.fromkeys(FORM, blank))
    assert refused.value.problems == [((name,), REQUIRED) for name in FORM]


class GiftIn(Shape):
    amount: Annotated[int, Integer()]
    reason: Annotated[str | None, TextOrNull()] | None = None
    tags: Annotated[list[str], Many()] = Declared(default_factory=list)

    @classmethod
    def needs(cls, body: Mapping[str, Any]) -> Collection[str]:
        return ("reason", "tags") if body.get("amount") != 0 else ()


@pytest.mark.parametrize("lacking", [{}, {"reason": None, "tags": []}, {"reason": " ", "tags": None}])
def test_what_a_body_needs_and_lacks_is_told_with_what_is_malformed(lacking: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_as(GiftIn, {"amount": "x", **lacking})
    assert refused.value.problems == [
        (("amount",), "A valid integer is required."),
        (("reason",), REQUIRED),
        (("tags",), REQUIRED),
    ]


def test_what_a_body_needs_and_has_is_read() -> None:
    gift = read_as(GiftIn, {"amount": 1, "reason": "x", "tags": ["y"]})
    assert (gift.reason, gift.tags) == ("x", ["y"])
    assert read_as(GiftIn, {"amount": 0}).tags == []


def test_an_optional_field_that_is_blank_is_malformed() -> None:
    form = dict(zip(FORM, ("x", 1, 1, "2026-04-15", "A", True, 1), strict=True))
    with pytest.raises(InvalidInput) as refused:
        read_as(FormIn, {**form, "ends": "", "count": ""})
    assert refused.value.problems == [(("ends",), DATE), (("count",), INTEGER)]
