"""Refusals: their kinds, and the exception class that all of them extend."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """The kind of a refusal. Each dialect has one table from kind to HTTP status."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CONFLICT = "conflict"
    UNPROCESSABLE = "unprocessable"
    TOO_LARGE = "too_large"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    BAD_GATEWAY = "bad_gateway"
    TIMEOUT = "timeout"


class DomainError(Exception):
    """A refusal that the caller can understand: kind, stable code and details, but no sentence.

    Subclasses live beside the rule that raises them and set `kind` and `code`; details are ids, items,
    amounts and moments. Each door words it (libs/common/http/wordings.py). `str(error)` is for logs.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "invalid"

    def __init__(self, **details: object) -> None:
        self.details: Mapping[str, Any] = details
        super().__init__()

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value!r}" for name, value in self.details.items())])


class Refusals(DomainError):
    """Several refusals at once. A door shows all of them, with the status of the first."""

    code = "refusals"

    def __init__(self, refusals: Sequence[DomainError]) -> None:
        self.refusals = tuple(refusals)
        super().__init__(refusals=[str(refusal) for refusal in refusals])


def refuse_all(refusals: Sequence[DomainError]) -> None:
    """Raise the refusals, several as one; do nothing if there are none."""
    if len(refusals) > 1:
        raise Refusals(refusals)
    for refusal in refusals:
        raise refusal


class NotFound(DomainError):
    """The thing does not exist, or the caller may not know that it does."""

    kind = Kind.NOT_FOUND
    code = "not_found"
    thing: ClassVar[str] = "Resource"
    """The noun for the thing: `Product`."""


class Unauthenticated(DomainError):
    """No token (`reason` is `missing`), a bad, expired or revoked one (`invalid`), or a failed `login`."""

    kind = Kind.UNAUTHENTICATED
    code = "unauthenticated"

    def __init__(self, reason: str = "missing") -> None:
        self.reason = reason
        super().__init__(reason=reason)


class Forbidden(DomainError):
    """The caller is known but not permitted. `reason` is `role`, or `owner` for somebody else's thing."""

    kind = Kind.FORBIDDEN
    code = "forbidden"

    def __init__(self, reason: str = "role") -> None:
        self.reason = reason
        super().__init__(reason=reason)


class Throttled(DomainError):
    """Too many requests; the caller may repeat after `retry_after_seconds`."""

    kind = Kind.THROTTLED
    code = "throttled"

    def __init__(self, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(retry_after_seconds=retry_after_seconds)


class Unavailable(DomainError):
    """A part needed for the answer is not available; the caller may repeat soon."""

    kind = Kind.UNAVAILABLE
    code = "unavailable"
    retry_after_seconds: int = 2

    def __init__(self, part: str = "") -> None:
        self.part = part
        super().__init__(part=part)
