"""An error's answer as status, JSON body and headers, independent of the web framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from libs.common.errors import DomainError, Explained, Kind, Throttled, Unauthenticated, Unavailable
from libs.common.http.refusals import MethodNotAllowed

STATUS: Mapping[Kind, int] = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.METHOD_NOT_ALLOWED: 405,
    Kind.NOT_ACCEPTABLE: 406,
    Kind.CONFLICT: 409,
    Kind.PRECONDITION_FAILED: 412,
    Kind.UNPROCESSABLE: 422,
    Kind.TOO_LARGE: 413,
    Kind.THROTTLED: 429,
    Kind.UNAVAILABLE: 503,
    Kind.BAD_GATEWAY: 502,
    Kind.TIMEOUT: 504,
}
SERVER_ERROR = 500

ERROR_CODE = "X-Error-Code"
FAILED = Explained(
    "server_error",
    "The request met a defect of the system, which has been logged.",
    "Send the same request once more, with the same `Idempotency-Key` if it changes anything. "
    "If it fails again, report it with the answer's `X-Request-ID`.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An error in one dialect; `headers` are its additional headers (`X-Error-Code`, `Retry-After`)."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The body as JSON; types unknown to JSON (Decimal, UUID) become text."""
        return orjson.dumps(self.body, default=str)


def headers_for(error: DomainError) -> dict[str, str]:
    """The additional headers of a refusal, the same in every dialect."""
    code = {ERROR_CODE: error.code}
    match error:
        case Throttled() | Unavailable():
            return {**code, "Retry-After": str(error.retry_after_seconds)}
        case MethodNotAllowed():
            return {**code, "Allow": ", ".join(error.allowed)}
        case Unauthenticated():
            return {**code, "WWW-Authenticate": 'Bearer realm="api"'}
        case _:
            return code
