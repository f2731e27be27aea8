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

from libs.common.http.fields.field import NULL_CHARACTER, REQUIRED, Field, NotAccepted
from libs.common.http.fields.moment import DateField, DateTimeField
from libs.common.http.fields.number import (
    BIGINT_MAX,
    Boolean,
    DecimalField,
    Integer,
    MoneyField,
    PrimaryKey,
    check_range,
    whole_number,
)
from libs.common.http.fields.shape import Many, PathId, Shape
from libs.common.http.fields.text import Choice, EmailField, Text

__all__ = [
    "BIGINT_MAX",
    "NULL_CHARACTER",
    "REQUIRED",
    "Boolean",
    "Choice",
    "DateField",
    "DateTimeField",
    "DecimalField",
    "EmailField",
    "Field",
    "Integer",
    "Many",
    "MoneyField",
    "NotAccepted",
    "PathId",
    "PrimaryKey",
    "Shape",
    "Text",
    "check_range",
    "whole_number",
]
