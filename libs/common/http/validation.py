"""Translates pydantic's errors into the contract's words."""

from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from libs.common.http.fields import REQUIRED, Shape
from libs.common.http.refusals import WHOLE_OBJECT, InvalidInput, Path, Problem

Read = TypeVar("Read", bound=Shape)

OBJECT_EXPECTED = {"model_type", "model_attributes_type", "dict_type", "mapping_type"}
LIST_EXPECTED = {"list_type", "tuple_type"}
MESSAGES = {
    "int": "A valid integer is required.",
    "float": "A valid number is required.",
    "decimal": "A valid number is required.",
    "bool": "Not a valid boolean.",
    "string": "Not a valid string.",
    "date": "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
}


def read_as(shape: type[Read], value: object) -> Read:
    """Read JSON that is not a whole body, as an entry of a list of which each is refused by itself.

    Raises `InvalidInput`.
    """
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        problems = [{**problem, "loc": ("body", *problem["loc"])} for problem in error.errors()]
        raise InvalidInput(problems_in(RequestValidationError(problems)), value) from error


def problems_in(error: RequestValidationError) -> list[Problem]:
    """Every problem, with its path in the body or the query."""
    return [problem for item in error.errors() for problem in _problems(item)]


def _problems(item: dict[str, Any]) -> list[Problem]:
    path: Path = tuple(item["loc"][1:])
    kind: str = item["type"]
    if kind == "not_accepted":
        return [(path, message) for message in item["ctx"]["messages"]]
    given = item.get("input")
    is_field = bool(path) and isinstance(path[-1], str)
    if kind == "missing" or (given is None and is_field):
        return [(path, REQUIRED)]
    if kind in OBJECT_EXPECTED:
        message = f"Invalid data. Expected a dictionary, but got {type(given).__name__}."
        return [((*path, WHOLE_OBJECT) if path else (), message)]
    if kind in LIST_EXPECTED:
        return [(path, f'Expected a list of items but got type "{type(given).__name__}".')]
    return [(path, MESSAGES.get(kind.partition("_")[0], item["msg"]))]
