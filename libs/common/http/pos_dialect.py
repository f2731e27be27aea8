"""How does POS word its errors? As Django REST framework does (contract §1)."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from libs.common.errors import (
    DomainError,
    FieldErrors,
    Kind,
    NotFound,
    Throttled,
    Unauthenticated,
    Unavailable,
)
from libs.common.http.answers import METHOD_NOT_ALLOWED, SERVER_ERROR, STATUS, Answer, headers_for
from libs.common.http.refusals import WHOLE_OBJECT, InvalidInput, MethodNotAllowed, Problem

UNAUTHENTICATED = {
    "missing": {"detail": "Authentication credentials were not provided."},
    "invalid": {"detail": "Given token not valid for any token type", "code": "token_not_valid"},
    "login": {"detail": "No active account found with the given credentials"},
}
ON_A_FIELD = {Kind.INVALID, Kind.CONFLICT}


class PosDialect:
    """`{"field": ["message"]}` for what was sent wrong, `{"detail": "message"}` for the rest."""

    schemas: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "Problem": {
            "type": "object",
            "description": "A refusal as a whole, under the one name or the other.",
            "properties": {
                "detail": {"type": "string"},
                "code": {"type": "string"},
                "error": {"type": ["string", "array"], "items": {"type": "string"}},
            },
            "anyOf": [{"required": ["detail"]}, {"required": ["error"]}],
        },
        "Invalid": {
            "anyOf": [{"$ref": "#/components/schemas/FieldErrors"}, {"$ref": "#/components/schemas/Problem"}],
        },
        "FieldErrors": {
            "type": "object",
            "description": "Field → messages; `non_field_errors` are about several. Objects in a list have "
            "one entry per object that was sent, plain values one per position that is wrong.",
            "additionalProperties": {
                "anyOf": [
                    {"type": "array", "items": {"type": "string"}},
                    {"type": "array", "items": {"$ref": "#/components/schemas/FieldErrors"}},
                    {"$ref": "#/components/schemas/FieldErrors"},
                ]
            },
            "examples": [{"name": ["This field is required."]}],
        },
    }

    def refusal(self, error: DomainError) -> Answer:
        """The answer to a refused request; conflicts are 400 here."""
        return Answer(_status(error), _body(error), headers_for(error))

    def server_error(self) -> Answer:
        """The answer to a request that met a bug."""
        return Answer(SERVER_ERROR, {"detail": "A server error occurred."})


POS = PosDialect()


def _status(error: DomainError) -> int:
    if isinstance(error, MethodNotAllowed):
        return METHOD_NOT_ALLOWED
    return STATUS[Kind.INVALID] if error.kind is Kind.CONFLICT else STATUS[error.kind]


def _body(error: DomainError) -> Mapping[str, Any]:
    match error:
        case InvalidInput():
            return nested(error.problems, error.given)
        case FieldErrors():
            return error.fields
        case Unauthenticated():
            return UNAUTHENTICATED[error.reason]
        case _ if error.field is not None and error.kind in ON_A_FIELD:
            return {error.field: [error.message]}
        case _:
            return {"detail": _detail(error)}


def _detail(error: DomainError) -> str:
    match error:
        case NotFound():
            return "Not found."
        case MethodNotAllowed():
            return f'Method "{error.method}" not allowed.'
        case Throttled():
            return f"Request was throttled. Expected available in {error.retry_after_seconds} seconds."
        case Unavailable():
            return f"{error.message}."
        case _:
            return error.message


def nested(problems: Sequence[Problem], given: object) -> dict[str, Any]:
    """DRF's tree of messages: `{"items": [{}, {"quantity": ["A valid integer is required."]}]}`.

    A list of objects shows one entry per object that was sent, a list of plain values
    `{"ids": {"2": [..]}}`; what is wrong with an object as a whole stands under `non_field_errors`.
    """
    tree: dict[str, Any] = {}
    for path, message in problems:
        _place(tree, given, path or (WHOLE_OBJECT,), message)
    return tree


def _place(tree: dict[str, Any], given: object, path: Sequence[str | int], message: str) -> None:
    name, rest = str(path[0]), path[1:]
    value = given.get(name) if isinstance(given, Mapping) else None
    match rest:
        case []:
            tree.setdefault(name, []).append(message)
        case [int() as position]:
            tree.setdefault(name, {}).setdefault(str(position), []).append(message)
        case [int() as position, *inner] if isinstance(value, list):
            entries = tree.setdefault(name, [{} for _ in value])
            _place(entries[position], value[position], inner, message)
        case _:
            _place(tree.setdefault(name, {}), value, rest, message)
