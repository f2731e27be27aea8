"""How does STORE word its errors? As a plain JSON shop API does (contract §1)."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from libs.common.errors import DomainError, FieldErrors, Forbidden, Kind, Unauthenticated
from libs.common.http.answers import METHOD_NOT_ALLOWED, SERVER_ERROR, STATUS, Answer, headers_for
from libs.common.http.refusals import (
    WHOLE_OBJECT,
    InvalidInput,
    MalformedJson,
    MethodNotAllowed,
    Problem,
)

UNAUTHENTICATED = {
    "missing": "Authorization header missing",
    "invalid": "Invalid or expired token",
    "login": "Invalid credentials",
}
FORBIDDEN = {"role": "Admin access required", "owner": "Access denied"}


class StoreDialect:
    """`{"error": "message"}`, with `"fields"` beside it where fields were sent wrong."""

    schemas: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "Problem": {
            "type": "object",
            "required": ["error"],
            "properties": {"error": {"type": "string"}},
        },
        "Invalid": {
            "type": "object",
            "description": "`fields` holds the path of each field that was sent wrong, and its messages.",
            "required": ["error"],
            "properties": {
                "error": {"type": "string"},
                "fields": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
            },
            "examples": [
                {
                    "error": "This field is required.",
                    "fields": {"items.0.quantity": ["This field is required."]},
                }
            ],
        },
    }

    def refusal(self, error: DomainError) -> Answer:
        """The answer to a refused request."""
        status = METHOD_NOT_ALLOWED if isinstance(error, MethodNotAllowed) else STATUS[error.kind]
        return Answer(status, _body(error), headers_for(error))

    def server_error(self) -> Answer:
        """The answer to a request that met a bug."""
        return Answer(SERVER_ERROR, {"error": "Internal server error"})


STORE = StoreDialect()


def _body(error: DomainError) -> Mapping[str, Any]:
    match error:
        case InvalidInput():
            fields = flat(error.problems)
            return {"error": error.message, "fields": fields} if fields else {"error": error.message}
        case FieldErrors():
            return {"error": error.message, "fields": error.fields}
        case _ if error.field is not None and error.kind is Kind.INVALID:
            return {"error": error.message, "fields": {error.field: [error.message]}}
        case _:
            return {"error": _message(error)}


def _message(error: DomainError) -> str:
    match error:
        case Unauthenticated():
            return UNAUTHENTICATED[error.reason]
        case Forbidden():
            return FORBIDDEN[error.reason]
        case MalformedJson():
            return "Invalid JSON"
        case _:
            return error.message


def flat(problems: Sequence[Problem]) -> dict[str, list[str]]:
    """One map for all depths: `{"items.1.quantity": ["A valid integer is required."]}`."""
    fields: dict[str, list[str]] = {}
    for path, message in problems:
        steps = path[:-1] if path[-1:] == (WHOLE_OBJECT,) else path
        if steps:
            fields.setdefault(".".join(map(str, steps)), []).append(message)
    return fields
