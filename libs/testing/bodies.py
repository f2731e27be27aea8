"""Reads request bodies without an app."""

from typing import Any

from libs.common.http.fields import Shape
from libs.common.http.pos_dialect import nested
from libs.common.http.refusals import InvalidInput
from libs.common.http.validation import read_as


def refused_fields(shape: type[Shape], body: object) -> dict[str, Any]:
    """The body of POS' 400 to a request body of this shape; empty if the body is accepted."""
    try:
        read_as(shape, body)
    except InvalidInput as error:
        return nested(error.problems, error.given)
    return {}
