"""How does a door describe itself? With FastAPI's document, and what every route of the dialect does."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic.fields import FieldInfo
from starlette.routing import BaseRoute

from libs.common.errors import DomainError, Forbidden, NotFound, Throttled, Unauthenticated, Unavailable
from libs.common.http.answers import Answer
from libs.common.http.callers import IDENTIFYING, WITH_ROLE, maybe_authenticate
from libs.common.http.described import NULL
from libs.common.http.fields import NULL_CHARACTER, REQUIRED
from libs.common.http.links import link
from libs.common.http.refusals import BodyTooLarge, InvalidInput, KeyReused, MalformedJson
from libs.common.http.requests import BODY_LIMIT_BYTES

BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A repeat with the same key within 24 hours gets the first answer and does nothing again.",
    "schema": {"type": "string", "maxLength": 255},
}
LIST_HEADERS = {
    "X-Total-Count": {
        "description": "All matches, not only this page.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
    "Link": {"description": '`rel="next"` when more is left.', "schema": {"type": "string"}},
}
REPLAYED_HEADERS = {
    "Idempotent-Replayed": {
        "description": "This is the answer of an earlier request with the same key.",
        "schema": {"type": "string", "const": "true"},
    }
}
REFUSAL_HEADERS = {
    "Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}},
    "WWW-Authenticate": {"schema": {"type": "string"}},
}
REQUIRING = IDENTIFYING - {maybe_authenticate}
UNREFERENCED_SCHEMAS = ("HTTPValidationError", "ValidationError", "Unset")

Schema = dict[str, Any]
Worded = Callable[[DomainError], Answer]

MALFORMED = MalformedJson("unexpected end of data: line 1 column 1 (char 0)")
DESCRIPTIONS = {
    400: "Invalid input, or against a rule",
    401: "No token, or one that is bad, expired or revoked",
    403: "Not for this caller",
    404: "No such thing",
    409: "In conflict with what is there",
    413: "The body is too long",
    422: "The Idempotency-Key was already used with another body",
    429: "Too many requests; see Retry-After",
    503: "A part that is needed does not answer; see Retry-After",
}


def complete(
    schema: Schema, routes: Sequence[BaseRoute], *, base: str, schemas: Mapping[str, Any], worded: Worded
) -> Schema:
    """FastAPI's document plus what it cannot know: refusals in the dialect, who may ask, lists, keys.

    `schemas` are the dialect's, `Problem` and `Invalid` (of a 400) among them; `worded` is how it refuses.
    """
    components = schema.setdefault("components", {})
    described = components.setdefault("schemas", {})
    for name in UNREFERENCED_SCHEMAS:
        described.pop(name, None)
    described.update(schemas)
    components["securitySchemes"] = {"bearer": BEARER}
    schema["servers"] = [{"url": base or "/"}]
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _complete_operation(schema["paths"][route.path_format][method.lower()], route, worded)
    link(schema)
    meant: Schema = _as_meant(schema)
    return meant


def _as_meant(part: Any) -> Any:
    """FastAPI writes the bounds of integers as floats, and would leave out the nulls of examples."""
    match part:
        case dict():
            return {name: _as_meant(value) for name, value in part.items()}
        case list():
            return [_as_meant(value) for value in part]
        case _ if part == NULL:
            return None
        case float() if part.is_integer():
            return int(part)
        case _:
            return part


def refusal_response(answers: Sequence[tuple[str, Answer]], description: str) -> Schema:
    """How a document shows one status: its schema, and each named refusal as an example."""
    first = answers[0][1]
    name = "Invalid" if first.status == 400 else "Problem"  # noqa: PLR2004 - the status itself says it best
    examples = {summary: {"value": answer.body} for summary, answer in answers}
    response: Schema = {
        "description": description,
        "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}, "examples": examples}
        },
    }
    if headers := {name: REFUSAL_HEADERS[name] for name in first.headers if name in REFUSAL_HEADERS}:
        response["headers"] = headers
    return response


def _complete_operation(operation: Schema, route: APIRoute, worded: Worded) -> None:
    calls = set(_calls(route.dependant))
    listed = [parameter for call in calls for parameter in getattr(call, "parameters", ())]
    keyed = getattr(route.endpoint, "honours_idempotency_key", False)
    parameters = [*operation.get("parameters", []), *listed, *([KEY_PARAMETER] if keyed else [])]
    if parameters:
        operation["parameters"] = parameters
    if headers := {**(LIST_HEADERS if listed else {}), **(REPLAYED_HEADERS if keyed else {})}:
        _success(operation)["headers"] = headers
    if calls & IDENTIFYING:
        operation["security"] = [{"bearer": []}, *([] if calls & REQUIRING else [{}])]
    if "requestBody" in operation and not _required(route):
        operation["requestBody"]["required"] = False  # no body is an empty object
    operation["responses"].pop("422", None)
    answers: dict[int, list[tuple[str, Answer]]] = defaultdict(list)
    for error in _refusals(route, calls, keyed=keyed):
        answer = worded(error)
        answers[answer.status].append((error.details.get("reason", error.code), answer))
    for status, found in sorted(answers.items()):
        operation["responses"][str(status)] = refusal_response(found, DESCRIPTIONS[status])


def _refusals(route: APIRoute, calls: set[Callable[..., Any]], *, keyed: bool) -> Iterator[DomainError]:
    """The route's own first: of several that a document shows, readers see that one."""
    yield from getattr(route.endpoint, "refusals", ())
    yield _wrong_input(route)
    if route.body_field is not None:
        yield MALFORMED
        yield BodyTooLarge(BODY_LIMIT_BYTES)
    if calls & REQUIRING:
        yield Unauthenticated("missing")
    if calls & IDENTIFYING:
        yield Unauthenticated("invalid")
    if calls & WITH_ROLE:
        yield Forbidden("role")
    if route.dependant.path_params:
        yield NotFound()
    if keyed:
        yield KeyReused()
    yield Throttled(17)
    yield Unavailable()


def _wrong_input(route: APIRoute) -> InvalidInput:
    """For example a required field that is not there; no route takes a NUL in its query."""
    missing = _required(route)[:1]
    return InvalidInput([(tuple(missing), REQUIRED if missing else NULL_CHARACTER)])


def _required(route: APIRoute) -> list[str]:
    """The fields that a body must hold."""
    fields: Mapping[str, FieldInfo] = {}
    if route.body_field is not None:
        fields = getattr(route.body_field.field_info.annotation, "model_fields", fields)
    return [name for name, field in fields.items() if field.is_required()]


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
