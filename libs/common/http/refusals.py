"""Which refusals come from HTTP, not from a rule? A body that cannot be read, fields of wrong shape."""

from collections.abc import Sequence

from libs.common.errors import DomainError, Kind

# Where a problem is: names of fields and positions in lists; () is the body as a whole.
Path = tuple[str | int, ...]
# Ends the path of what is wrong with an object inside the body as a whole (DRF's name for it).
WHOLE_OBJECT = "non_field_errors"
Problem = tuple[Path, str]


class InvalidInput(DomainError):
    """The body or the query has fields of the wrong shape; all of them are named at once.

    `given` is what was sent: POS pads the errors of a list to the list's length.
    """

    code = "invalid_fields"

    def __init__(self, problems: Sequence[Problem], given: object = None) -> None:
        self.problems = list(problems)
        self.given = given
        super().__init__(self.problems[0][1])


class MalformedJson(DomainError):
    """The body is no JSON. The reason is the parser's own, in English."""

    code = "malformed_json"

    def __init__(self, reason: str) -> None:
        super().__init__(f"JSON parse error - {reason}")


class BodyTooLarge(DomainError):
    """The body is longer than this door reads."""

    kind = Kind.TOO_LARGE
    code = "body_too_large"

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"Request body exceeds the limit of {limit_bytes} bytes.")


class MethodNotAllowed(DomainError):
    """The path is there, the method is not. `allowed` are those that are."""

    code = "method_not_allowed"

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        self.method = method
        self.allowed = sorted(allowed)
        super().__init__("Method not allowed")


class KeyReused(DomainError):
    """The same Idempotency-Key came with another body (contract §1)."""

    kind = Kind.UNPROCESSABLE
    code = "idempotency_key_reused"
    message = "This Idempotency-Key was already used with another body."
