"""Reads request bodies without an app."""

from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from libs.common.http.fields import Shape
from libs.common.http.pos_dialect import nested
from libs.common.http.validation import problems_in


def refused_fields(shape: type[Shape], body: object) -> dict[str, Any]:
    """The body of POS' 400 to a request body of this shape; empty if the body is accepted."""
    try:
        shape.model_validate(body)
    except ValidationError as error:
        problems = [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
        return nested(problems_in(RequestValidationError(problems)), body)
    return {}
