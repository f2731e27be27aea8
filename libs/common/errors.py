"""How a rule says no: kinds of refusal, and the one exception class that all refusals extend."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What sort of no it is. Each door has one table from kind to HTTP status."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    UNPROCESSABLE = "unprocessable"
    TOO_LARGE = "too_large"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    BAD_GATEWAY = "bad_gateway"
    TIMEOUT = "timeout"


class DomainError(Exception):
    """A refusal that the caller can understand: kind, stable code, message in the user's language, field.

    Subclasses live beside the rule that raises them and set `kind`, `code` and `message`; `details` are
    extra members that a door may show (for example `available=2`).
    """

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "invalid"
    message: str = "Invalid input."
    field: str | None = None

    def __init__(self, message: str | None = None, *, field: str | None = None, **details: object) -> None:
        self.message = message if message is not None else type(self).message
        self.field = field if field is not None else type(self).field
        self.details: Mapping[str, object] = details
        super().__init__(self.message)


class FieldErrors(DomainError):
    """Several fields are wrong at once: field name → messages."""

    code = "invalid_fields"

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        self.fields: dict[str, list[str]] = {name: list(texts) for name, texts in fields.items()}
        super().__init__(next(iter(self.fields.values()))[0])


class NotFound(DomainError):
    """There is no such thing, or it is not the caller's to know of. `thing` names it for STORE."""

    kind = Kind.NOT_FOUND
    code = "not_found"
    message = "Not found."
    thing: str = "Resource"

    def __init__(self, thing: str | None = None) -> None:
        self.thing = thing if thing is not None else type(self).thing
        super().__init__(f"{self.thing} not found")


class Unauthenticated(DomainError):
    """No token (`reason` is `missing`), or one that is bad, expired or revoked (`invalid`)."""

    kind = Kind.UNAUTHENTICATED
    code = "unauthenticated"
    message = "Authentication credentials were not provided."

    def __init__(self, reason: str = "missing") -> None:
        self.reason = reason
        super().__init__()


class Forbidden(DomainError):
    """The caller is known and may not. `reason` is `role` or `owner` (the thing is somebody else's)."""

    kind = Kind.FORBIDDEN
    code = "forbidden"
    message = "You do not have permission to perform this action."

    def __init__(self, reason: str = "role") -> None:
        self.reason = reason
        super().__init__()


class Throttled(DomainError):
    """Too many requests; worth another try after `retry_after_seconds`."""

    kind = Kind.THROTTLED
    code = "throttled"
    message = "Too many requests"

    def __init__(self, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__()


class Unavailable(DomainError):
    """A part that is needed for the answer does not answer; worth another try soon."""

    kind = Kind.UNAVAILABLE
    code = "unavailable"
    message = "Service temporarily unavailable"
    retry_after_seconds: int = 2

    def __init__(self, part: str = "") -> None:
        self.part = part
        super().__init__()
