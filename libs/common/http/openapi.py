"""The OpenAPI document of a door: FastAPI's, completed with the behaviour common to the dialect's routes."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from libs.common.db.listing import EXACT_MAX
from libs.common.http.approvals import PARAMETER as APPROVALS
from libs.common.http.described import NULL
from libs.common.http.idempotency import HEADER as IDEMPOTENCY_KEY
from libs.common.http.idempotency import KEY_LENGTH_MAX
from libs.common.http.links import link
from libs.common.http.preconditions import HEADERS, PARAMETERS
from libs.common.http.replies import NOT_MODIFIED
from libs.common.http.route_facts import RouteFacts
from libs.common.http.shown_refusals import REFUSAL_HEADERS, Worded, refusal_responses
from libs.common.http.tidied import tidy

BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
KEY_PARAMETER = {
    "name": IDEMPOTENCY_KEY,
    "in": "header",
    "required": False,
    "description": "A repeat with the same key within 24 hours gets the first answer and does nothing again.",
    "schema": {"type": "string", "maxLength": KEY_LENGTH_MAX},
}
PAGE = "One page of the list."
DONE = "Done."
NO_BODY = "Done; the answer has no body."
LIST_HEADERS = {
    "X-Total-Count": {
        "description": "All matches, not only this page; missing with `count=none`.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "X-Total-Count-Exact": {
        "description": f"`false`: an estimate of more than {EXACT_MAX}; else the header is missing.",
        "schema": {"type": "string", "const": "false"},
    },
    "Link": {"description": '`rel="next"` when more is left.', "schema": {"type": "string"}},
}
CONTENT_HEADERS = {
    "ETag": {
        "description": "Send it in `If-None-Match` to read the page only if it is another one by then.",
        "schema": {"type": "string"},
    }
}
REPLAYED_HEADERS = {
    "Idempotent-Replayed": {
        "description": "This is the answer of an earlier request with the same key.",
        "schema": {"type": "string", "const": "true"},
    }
}
UNREFERENCED_SCHEMAS = ("HTTPValidationError", "ValidationError", "Unset")

Schema = dict[str, Any]


def complete(
    schema: Schema, routes: Sequence[BaseRoute], *, base: str, schemas: Mapping[str, Any], worded: Worded
) -> Schema:
    """Return FastAPI's document, completed with refusals in the dialect, permitted callers, lists and keys.

    `schemas` are the dialect's, including `Problem` and `Invalid` (of a 400); `worded` words a refusal.
    """
    components = schema.setdefault("components", {})
    described = components.setdefault("schemas", {})
    for name in UNREFERENCED_SCHEMAS:
        described.pop(name, None)
    described.update(schemas)
    components["headers"] = REFUSAL_HEADERS
    components["securitySchemes"] = {"bearer": BEARER}
    schema["servers"] = [{"url": base or "/"}]
    for shape in described.values():
        tidy(shape)
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                operation = schema["paths"][route.path_format][method.lower()]
                _complete_operation(operation, RouteFacts(route), worded)
                _tell_success(operation, described)
    link(schema)
    meant: Schema = _as_meant(schema)
    return meant


def operation_id(route: APIRoute) -> str:
    """The id of an operation, `verb_noun`: the name of its function; a second route names its own."""
    return route.name


def _as_meant(part: Any) -> Any:
    """Undo FastAPI's changes: float bounds of integers, and nulls missing from examples."""
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


def _complete_operation(operation: Schema, facts: RouteFacts, worded: Worded) -> None:
    if told := operation.get("description"):
        operation["summary"] = told.partition("\n")[0].partition(". ")[0].removesuffix(".")
    _complete_parameters(operation, facts)
    _complete_success(operation, facts)
    if not facts.identifies:
        operation["security"] = []
    elif facts.requires_token:
        operation["security"] = [{"bearer": []}]
    else:
        operation["security"] = [{"bearer": []}, {}]
    if "requestBody" in operation and not facts.required_fields:
        operation["requestBody"]["required"] = False  # a missing body counts as an empty object
    operation["responses"].pop("422", None)  # FastAPI's own schemas; ours are in the dialect
    operation["responses"].update(refusal_responses(facts, worded))


def _complete_parameters(operation: Schema, facts: RouteFacts) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["schema"].pop("x-required", False):
            parameter["required"] = True
        tidy(parameter["schema"])
    added = [
        *facts.list_parameters,
        *([KEY_PARAMETER] if facts.is_keyed else []),
        *([APPROVALS] if facts.takes_approvals else []),
        *([PARAMETERS["If-Match"]] if facts.takes_if_match else []),
        *([PARAMETERS["If-None-Match"]] if facts.can_be_unmodified else []),
    ]
    if added:
        operation["parameters"] = [*operation.get("parameters", []), *added]


def _complete_success(operation: Schema, facts: RouteFacts) -> None:
    headers = {
        **(LIST_HEADERS if facts.is_list else {}),
        **(CONTENT_HEADERS if facts.list_parameters else {}),
        **(REPLAYED_HEADERS if facts.is_keyed else {}),
        **(HEADERS if facts.is_versioned else {}),
    }
    if headers:
        _success(operation).setdefault("headers", {}).update(headers)
    if facts.can_be_unmodified:
        operation["responses"][str(NOT_MODIFIED)] = {"description": "The same as what `If-None-Match` names"}


def _tell_success(operation: Schema, schemas: Schema) -> None:
    """Describe a success by what it answers, in place of FastAPI's general words."""
    success = _success(operation)
    match success.get("content", {}).get("application/json", {}).get("schema"):
        case None:
            success["description"] = NO_BODY
        case {"type": "array"} as page:
            tidy(page)
            success["description"] = PAGE
        case {"$ref": str(ref)}:
            told = schemas[ref.rpartition("/")[2]].get("description", DONE)
            success["description"] = told.partition("\n")[0]
        case _:
            success["description"] = DONE


def _success(operation: Schema) -> Schema:
    success: Schema = next(
        answer for status, answer in operation["responses"].items() if status.startswith("2")
    )
    return success
