"""Refusals in an API document: each as an example of its status, in its door's words."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from libs.common.errors import DomainError, Forbidden, NotFound, Throttled, Unauthenticated, Unavailable
from libs.common.http.answers import ERROR_CODE, Answer
from libs.common.http.fields import NULL_CHARACTER, REQUIRED
from libs.common.http.refusals import BodyTooLarge, InvalidInput, KeyReused, MalformedJson
from libs.common.http.requests import BODY_LIMIT_BYTES
from libs.common.http.route_facts import RouteFacts
from libs.common.row_versions import ChangedMeanwhile

Schema = dict[str, Any]
Worded = Callable[[DomainError], Answer]

REFUSAL_HEADERS = {
    ERROR_CODE: {
        "description": "The kind of refusal as a stable word, the same in both APIs.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[a-z_]+$"},
    },
    "Retry-After": {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer"}},
    "WWW-Authenticate": {
        "description": "`Bearer`: a token is needed.",
        "required": True,
        "schema": {"type": "string"},
    },
}
"""The headers of refusals, as components of every document."""
MALFORMED = MalformedJson("unexpected end of data: line 1 column 1 (char 0)")
DESCRIPTIONS = {
    400: "Invalid input, or against a rule",
    401: "No token, or one that is bad, expired or revoked",
    403: "Not for this caller",
    404: "No such thing",
    406: "No media type that Accept names",
    409: "In conflict with what is there",
    412: "Changed since; see If-Match",
    413: "The body is too long",
    422: "The Idempotency-Key was already used with another body",
    429: "Too many requests; see Retry-After",
    503: "A part that is needed does not answer; see Retry-After",
}


def refusal_responses(facts: RouteFacts, worded: Worded) -> dict[str, Schema]:
    """Return status → response for all refusals of a route."""
    answers: dict[int, list[tuple[str, Answer]]] = defaultdict(list)
    for error in _refusals(facts):
        answer = worded(error)
        answers[answer.status].append((error.code, answer))
    return {
        str(status): refusal_response(found, DESCRIPTIONS[status])
        for status, found in sorted(answers.items())
    }


def refusal_response(answers: Sequence[tuple[str, Answer]], description: str) -> Schema:
    """Return the response of one status: its schema, and each refusal as an example, by its code."""
    first = answers[0][1]
    name = "Invalid" if first.status == 400 else "Problem"  # noqa: PLR2004 - a status is clearest as a number
    examples = {code: {"value": answer.body} for code, answer in answers}
    return {
        "description": description,
        "headers": {
            name: {"$ref": f"#/components/headers/{name}"}
            for name in first.headers
            if name in REFUSAL_HEADERS
        },
        "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}, "examples": examples}
        },
    }


def _refusals(facts: RouteFacts) -> Iterator[DomainError]:
    """All refusals of a route, its own first, because readers see the first example of a status."""
    yield from getattr(facts.route.endpoint, "refusals", ())
    yield _wrong_input(facts)
    if facts.takes_body:
        yield MALFORMED
        yield BodyTooLarge(BODY_LIMIT_BYTES)
    if facts.requires_token:
        yield Unauthenticated("missing")
    if facts.identifies:
        yield Unauthenticated("invalid")
    if facts.requires_role:
        yield Forbidden("role")
    if facts.route.dependant.path_params:
        yield NotFound()
    if facts.takes_if_match:
        yield ChangedMeanwhile()
    if facts.is_keyed:
        yield KeyReused()
    yield Throttled(17)
    yield Unavailable()


def _wrong_input(facts: RouteFacts) -> InvalidInput:
    """Return an example: a missing required field, or a NUL, which no query may contain."""
    missing = facts.required_fields[:1]
    return InvalidInput([(tuple(missing), REQUIRED if missing else NULL_CHARACTER)])
