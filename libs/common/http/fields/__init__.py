"""The fields of requests: lenient like Django REST framework, with its messages (contract §1).

    class LineIn(Shape):
        product: Annotated[int, PrimaryKey()]
        quantity: Annotated[int, Integer(ge=1)]

    class OrderIn(Shape):
        items: Annotated[list[LineIn], Many(min_items=1, max_items=500)]
        note: Annotated[str, Text(max_length=255, blank=True)] = ""
        customer: Annotated[int, PrimaryKeyOrNull()] | None = None

    class LineChange(Shape):
        quantity: Annotated[int | Unset, Integer(ge=1)] = UNSET

A field without a default is required, and missing if it is blank; `| None` also accepts null; a field with a
default and no `| None` may be absent but not null or blank. `Unset` inside `Annotated` changes only the type,
and marks a field whose absence matters (libs/common/unset.py). The same annotations serve query parameters.
A shape whose `needs` names fields requires them beside what else is in the body.
`PathId` is for ids in paths: a text that cannot be an id is 404.
"""

from libs.common.http.fields.day import DateField
from libs.common.http.fields.field import NULL_CHARACTER, REQUIRED, Field, NotAccepted, is_blank
from libs.common.http.fields.moment import DateTimeField
from libs.common.http.fields.number import (
    BIGINT_MAX,
    ID,
    INTEGER_MAX,
    Boolean,
    DecimalField,
    DecimalNumber,
    Integer,
    MoneyField,
    MoneyNumber,
    NotZero,
    PrimaryKey,
    PrimaryKeyOrNull,
    check_range,
    decimal_number,
    whole_number,
)
from libs.common.http.fields.shape import Filters, Many, Parameters, PathId, Shape, left_blank
from libs.common.http.fields.text import (
    Choice,
    ChoiceOrNull,
    EmailField,
    EmailOrNull,
    PhoneNumber,
    Text,
    TextOrNull,
)
from libs.common.http.fields.uuid import UuidField

__all__ = [
    "BIGINT_MAX",
    "ID",
    "INTEGER_MAX",
    "NULL_CHARACTER",
    "REQUIRED",
    "Boolean",
    "Choice",
    "ChoiceOrNull",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "DecimalNumber",
    "EmailField",
    "EmailOrNull",
    "Field",
    "Filters",
    "Integer",
    "Many",
    "MoneyField",
    "MoneyNumber",
    "NotAccepted",
    "NotZero",
    "Parameters",
    "PathId",
    "PhoneNumber",
    "PrimaryKey",
    "PrimaryKeyOrNull",
    "Shape",
    "Text",
    "TextOrNull",
    "UuidField",
    "check_range",
    "decimal_number",
    "is_blank",
    "left_blank",
    "whole_number",
]
