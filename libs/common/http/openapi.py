"""How does a door describe itself? With FastAPI's document, and what every route of the dialect does."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from libs.common.http.callers import IDENTIFYING, WITH_ROLE

BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A repeat with the same key within 24 hours gets the first answer and does nothing again.",
    "schema": {"type": "string", "maxLength": 255},
}
LIST_HEADERS = {
    "X-Total-Count": {"description": "All matches, not only this page.", "schema": {"type": "integer"}},
    "Link": {"description": '`rel="next"` when more is left.', "schema": {"type": "string"}},
}
DESCRIPTIONS = {
    400: "Invalid input",
    401: "No token, or one that is bad, expired or revoked",
    403: "Not for this caller",
    404: "No such thing",
    422: "The Idempotency-Key was already used with another body",
    429: "Too many requests; see Retry-After",
    503: "A part that is needed does not answer; see Retry-After",
}
FRAMEWORK_SCHEMAS = ("HTTPValidationError", "ValidationError")

Schema = dict[str, Any]


def complete(
    schema: Schema,
    routes: list[BaseRoute],
    *,
    base: str,
    problem: Mapping[str, Any],
    invalid: Mapping[str, Any],
) -> Schema:
    """FastAPI's document plus what it cannot know: errors in the dialect, who may ask, lists, keys.

    `problem` and `invalid` are the JSON schemas of the dialect's errors: any, and 400.
    """
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in FRAMEWORK_SCHEMAS:
        schemas.pop(name, None)
    schemas.update(Problem=problem, Invalid=invalid)
    components["securitySchemes"] = {"bearer": BEARER}
    schema["servers"] = [{"url": base or "/"}]
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _complete_operation(schema["paths"][route.path_format][method.lower()], route)
    return schema


def _complete_operation(operation: Schema, route: APIRoute) -> None:
    calls = set(_calls(route.dependant))
    listed = [parameter for call in calls for parameter in getattr(call, "parameters", ())]
    keyed = getattr(route.endpoint, "honours_idempotency_key", False)
    parameters = [*operation.get("parameters", []), *listed, *([KEY_PARAMETER] if keyed else [])]
    if parameters:
        operation["parameters"] = parameters
    if listed:
        _success(operation)["headers"] = LIST_HEADERS
    if calls & IDENTIFYING:
        operation["security"] = [{"bearer": []}]
    operation["responses"].pop("422", None)
    takes_input = route.body_field is not None or bool(route.dependant.query_params or listed)
    for status in _refusals(route, calls, takes_input=takes_input or keyed, keyed=keyed):
        operation["responses"].setdefault(str(status), _response(status))


def _refusals(
    route: APIRoute, calls: set[Callable[..., Any]], *, takes_input: bool, keyed: bool
) -> Iterator[int]:
    if takes_input:
        yield 400
    if calls & IDENTIFYING:
        yield 401
    if calls & WITH_ROLE:
        yield 403
    if route.dependant.path_params:
        yield 404
    if keyed:
        yield 422
    yield from (429, 503)


def _response(status: int) -> Schema:
    name = "Invalid" if status == 400 else "Problem"  # noqa: PLR2004 - the status itself says it best
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"description": DESCRIPTIONS[status], "content": content}


def _success(operation: Schema) -> Schema:
    response: Schema = next(
        response for status, response in operation["responses"].items() if status.startswith("2")
    )
    return response


def _calls(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    for inner in dependant.dependencies:
        if inner.call is not None:
            yield inner.call
        yield from _calls(inner)
