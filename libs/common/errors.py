"""Refusals: their kinds, and the exception class that all of them extend."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from inspect import cleandoc
from typing import Any, ClassVar, NamedTuple


class Kind(StrEnum):
    """The kind of a refusal. Each dialect has one table from kind to HTTP status."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_ACCEPTABLE = "not_acceptable"
    CONFLICT = "conflict"
    PRECONDITION_FAILED = "precondition_failed"
    UNPROCESSABLE = "unprocessable"
    TOO_LARGE = "too_large"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    BAD_GATEWAY = "bad_gateway"
    TIMEOUT = "timeout"


class Explained(NamedTuple):
    """A code for docs/errors.md: what it means, and what a caller does about it."""

    code: str
    meaning: str
    remedy: str


class DomainError(Exception):
    """A refusal that the caller can understand: kind, stable code and details, but no sentence.

    Subclasses live beside the rule that raises them and set `kind`, `code` and `remedy`; details are ids,
    items, amounts and moments. Each door words it (libs/common/http/wordings.py). The code is the answer's
    `X-Error-Code`; callers find it in docs/errors.md with the first paragraph of the docstring and the
    remedy (ADR 0036). `str(error)` is for logs.
    """

    kind: ClassVar[Kind] = Kind.INVALID
    code: str = "invalid"
    remedy: ClassVar[str] = ""

    def __init__(self, **details: object) -> None:
        self.details: Mapping[str, Any] = details
        super().__init__()

    @property
    def explained(self) -> Explained:
        """The refusal as callers find it in docs/errors.md."""
        defined = next(
            kind for kind in type(self).__mro__ if issubclass(kind, DomainError) and "code" in vars(kind)
        )
        meaning = cleandoc(defined.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
        return Explained(self.code, meaning, defined.remedy)

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
    if refusals:
        raise together(refusals)


def together(refusals: Sequence[DomainError]) -> DomainError:
    """The refusals as one; there is at least one."""
    return refusals[0] if len(refusals) == 1 else Refusals(refusals)


class NotFound(DomainError):
    """There is nothing with this id or at this path, or not for this caller."""

    kind = Kind.NOT_FOUND
    code = "not_found"
    remedy = "Check the path and the id. What was deleted does not come back."
    thing: ClassVar[str] = "Resource"
    """The noun for the thing: `Product`."""


class Reasoned(DomainError):
    """A refusal whose code depends on its reason; the first reason is the usual one."""

    reasons: ClassVar[Mapping[str, Explained]]

    def __init__(self, reason: str | None = None) -> None:
        self.reason = reason or next(iter(self.reasons))
        super().__init__(reason=self.reason)
        self.code = self.explained.code

    @property
    def explained(self) -> Explained:
        """As the reason is explained."""
        return self.reasons[self.reason]


class Unauthenticated(Reasoned):
    """No token (`reason` is `missing`), a bad, expired or revoked one (`invalid`), or a failed `login`."""

    kind = Kind.UNAUTHENTICATED
    reasons: ClassVar[Mapping[str, Explained]] = {
        "missing": Explained(
            "token_missing",
            "The request has no `Authorization: Bearer …` header.",
            "Log in and send the token.",
        ),
        "invalid": Explained(
            "token_not_valid",
            "The token is malformed or expired, or its session was ended.",
            "Refresh the token; if that is refused too, log in again.",
        ),
        "login": Explained(
            "login_failed",
            "No active account has this name and this password.",
            "Let the user type both again. Repeated failures are throttled.",
        ),
    }


class Forbidden(Reasoned):
    """The caller is known but not permitted. `reason` is `role`, or `owner` for somebody else's thing."""

    kind = Kind.FORBIDDEN
    reasons: ClassVar[Mapping[str, Explained]] = {
        "role": Explained(
            "role_required",
            "The user has none of the roles that may do this.",
            "Log in as a user with such a role, or have an administrator grant it.",
        ),
        "owner": Explained(
            "not_owner",
            "It belongs to another user, and the caller's roles do not reach it.",
            "Ask for the user's own things only. An administrator may see those of others; the account of an "
            "owner is changed by owners only.",
        ),
    }


class Throttled(DomainError):
    """Too many requests or failed logins of this user or from this address.

    The caller may repeat after `retry_after_seconds`.
    """

    kind = Kind.THROTTLED
    code = "throttled"
    remedy = "Wait as many seconds as `Retry-After` says, then send the same request again."

    def __init__(self, retry_after_seconds: int) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(retry_after_seconds=retry_after_seconds)


class Unavailable(DomainError):
    """A part that is needed for the answer is not available at the moment."""

    kind = Kind.UNAVAILABLE
    code = "unavailable"
    remedy = (
        "Wait as many seconds as `Retry-After` says and send the same request again, "
        "with the same `Idempotency-Key` if it changes anything."
    )
    retry_after_seconds: int = 2

    def __init__(self, part: str = "") -> None:
        self.part = part
        super().__init__(part=part)
