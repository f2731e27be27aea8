"""Decorators by which routes and shapes add examples and refusals to the API document.

@example({"name": "Croquetas", "sku": "CR-10"})
class ProductIn(Shape): ...

@pos.delete("/suppliers/{supplier_id}/", status_code=204)
@refuses(SupplierHasProducts())
async def remove_supplier(...) -> Response: ...
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, WithJsonSchema

from libs.common.errors import DomainError
from libs.common.http.member_docstrings import describe_members

Described = TypeVar("Described", bound=type)
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

MoneyText = Annotated[str, WithJsonSchema({"type": "string", "pattern": r"^-?\d+\.\d{2}$"})]
"""Money in an answer of POS: `"18.50"`."""

TimeText = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""A time in an answer, UTC: `"2023-10-27T10:00:00Z"`."""

DayText = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
"""A day in an answer: `"2023-10-27"`."""


TOLD_AS_REQUIRED = {"x-required": True}
"""For `Query(json_schema_extra=…)` of a required parameter whose absence a route refuses in its own words."""

NULL = "\0null"
"""Stands for null in examples: FastAPI leaves members that are null out of its document. See `openapi.py`."""


def example(value: Mapping[str, Any]) -> Callable[[Described], Described]:
    """Adds an example object to a `Shape` or to the `TypedDict` of an answer.

    Its members stand in the order in which they are sent. In the document a docstring below a member of a
    class with an example describes the member, also in a `TypedDict` that extends it; in the heirs of a
    `Shape` a `Field(description=…)` in its type does. A `TypedDict` inside another that needs no example of
    its own is `@described`.
    """
    examples = [_with_nulls(value)]

    def with_example(kind: Described) -> Described:
        if issubclass(kind, BaseModel):
            kind.model_config["json_schema_extra"] = {"examples": examples}
            return kind
        return _with_docstrings(kind, {"examples": examples})

    return with_example


def described(kind: Described) -> Described:
    """Describes the members of a `TypedDict` by the docstrings below them, as `example` does."""
    return _with_docstrings(kind, {})


def _with_docstrings(kind: Described, extra: Mapping[str, Any]) -> Described:
    def add_to(schema: dict[str, Any]) -> None:
        schema.update(extra)
        describe_members(schema["properties"], kind)

    kind.__pydantic_config__ = {"json_schema_extra": add_to}  # type: ignore[attr-defined]  # pydantic's word to TypedDicts
    return kind


def _with_nulls(value: Any) -> Any:
    match value:
        case None:
            return NULL
        case Mapping():
            return {name: _with_nulls(member) for name, member in value.items()}
        case list():
            return [_with_nulls(member) for member in value]
        case _:
            return value


def refuses(*errors: DomainError) -> Callable[[Endpoint], Endpoint]:
    """Declares the refusals of a route, below its decorator; the document shows them in the door's words."""

    def with_refusals(endpoint: Endpoint) -> Endpoint:
        endpoint.refusals = errors  # type: ignore[attr-defined]  # functions have it; read by openapi.py
        return endpoint

    return with_refusals
