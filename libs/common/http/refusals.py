"""Refusals by the HTTP layer rather than by a rule: unreadable bodies, fields of the wrong shape."""

from collections.abc import Sequence

from libs.common.errors import DomainError, Kind

# The path of a problem: names of fields and positions in lists; () is the body as a whole.
Path = tuple[str | int, ...]
# The end of the path of a problem with an object as a whole (DRF's name for it).
WHOLE_OBJECT = "non_field_errors"
Problem = tuple[Path, str]


class InvalidInput(DomainError):
    """Fields of the body or the query are missing or malformed; the body names each with its message.

    All are reported together. The texts are the fields' own, the same in both dialects. `given` is the
    input: POS pads the errors of a list to the list's length. It may contain a password, so it is not
    among the details.
    """

    code = "invalid_fields"
    remedy = "Correct the fields that the body names."

    def __init__(self, problems: Sequence[Problem], given: object = None) -> None:
        self.problems = list(problems)
        self.given = given
        super().__init__(problems=self.problems)


class MalformedJson(DomainError):
    """The body is not JSON.

    `parser_error` is in English.
    """

    code = "malformed_json"
    remedy = "Send one JSON object, in UTF-8."

    def __init__(self, parser_error: str) -> None:
        super().__init__(parser_error=parser_error)


class BodyTooLarge(DomainError):
    """The body exceeds the limit of the path, mostly 1 MiB."""

    kind = Kind.TOO_LARGE
    code = "body_too_large"
    remedy = "Send less at once, in several requests."

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(limit_bytes=limit_bytes)


class MethodNotAllowed(DomainError):
    """The path exists, but not with this method.

    `allowed` are the methods that it has.
    """

    kind = Kind.METHOD_NOT_ALLOWED
    code = "method_not_allowed"
    remedy = "Use one of the methods in the header `Allow`."

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        self.allowed = sorted(allowed)
        super().__init__(method=method, allowed=self.allowed)


class NotAcceptable(DomainError):
    """The answer has none of the media types that `Accept` names."""

    kind = Kind.NOT_ACCEPTABLE
    code = "not_acceptable"
    remedy = "Name one of the media types that the path answers in `Accept`, or `*/*`."


class KeyReused(DomainError):
    """The same `Idempotency-Key` came with another body in the last 24 hours."""

    kind = Kind.UNPROCESSABLE
    code = "idempotency_key_reused"
    remedy = "Use a new key for every new piece of work, and the same only to repeat a request unchanged."
