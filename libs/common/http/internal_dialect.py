"""How do services word their errors to one another? With a code to act on."""

from collections.abc import Mapping
from typing import Any, ClassVar

from libs.common.errors import DomainError, FieldErrors
from libs.common.http.answers import METHOD_NOT_ALLOWED, SERVER_ERROR, STATUS, Answer, headers_for
from libs.common.http.refusals import InvalidInput, MethodNotAllowed
from libs.common.http.store_dialect import flat

PROBLEM = {
    "type": "object",
    "required": ["code", "message", "field", "details"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "field": {"type": ["string", "null"]},
        "details": {"type": "object"},
    },
}


class InternalDialect:
    """`{"code", "message", "field", "details"}`: the caller acts on the code and never on the text."""

    schemas: ClassVar[Mapping[str, Mapping[str, Any]]] = {"Problem": PROBLEM, "Invalid": PROBLEM}

    def refusal(self, error: DomainError) -> Answer:
        """The answer to a refused request."""
        status = METHOD_NOT_ALLOWED if isinstance(error, MethodNotAllowed) else STATUS[error.kind]
        body = _told(error.code, error.message, field=error.field, details=_details(error))
        return Answer(status, body, headers_for(error))

    def server_error(self) -> Answer:
        """The answer to a request that met a bug."""
        return Answer(SERVER_ERROR, _told("server_error", "Internal server error"))


INTERNAL = InternalDialect()


def _told(
    code: str, message: str, *, field: str | None = None, details: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"code": code, "message": message, "field": field, "details": details or {}}


def _details(error: DomainError) -> dict[str, Any]:
    match error:
        case InvalidInput():
            return {"fields": flat(error.problems)}
        case FieldErrors():
            return {"fields": error.fields}
        case _:
            return dict(error.details)
