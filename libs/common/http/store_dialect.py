"""The STORE dialect: errors in the format of a plain JSON API (contract §1)."""

from collections.abc import Mapping, Sequence
from typing import Any

from libs.common.db.listing import InvalidAfter, InvalidCursor
from libs.common.errors import DomainError, Forbidden, NotFound, Throttled, Unauthenticated, Unavailable
from libs.common.http.answers import STATUS
from libs.common.http.dialect import Dialect
from libs.common.http.refusals import (
    WHOLE_OBJECT,
    BodyTooLarge,
    InvalidInput,
    KeyReused,
    MalformedJson,
    Problem,
)
from libs.common.http.wordings import Body, Wording, by_reason, filled, spoken
from libs.common.row_versions import ChangedMeanwhile


def error(
    text: str, *, beside: Sequence[str] = (), status: int | None = None, field: str | None = None
) -> Wording:
    """`{"error": "text"}`, and the details named `beside` next to it.

    `field` is the member of the body that is refused: among other refusals, `fields` names it too.
    """
    return Wording(
        lambda refusal: {"error": filled(text, refusal), **{name: refusal.details[name] for name in beside}},
        status,
        on_field(field, text).body if field else None,
    )


def on_field(name: str, text: str) -> Wording:
    """`{"error": "text", "fields": {"<name>": ["text"]}}`"""
    return Wording(lambda refusal: _with_fields(filled(text, refusal), {name: [filled(text, refusal)]}))


def _with_fields(message: str, fields: Mapping[str, Sequence[str]]) -> Body:
    return {"error": message, "fields": fields} if fields else {"error": message}


def _invalid_input(refusal: DomainError) -> Body:
    assert isinstance(refusal, InvalidInput)
    return _with_fields(refusal.problems[0][1], flat(refusal.problems))


def _not_found(refusal: DomainError) -> Body:
    assert isinstance(refusal, NotFound)
    return {"error": f"{refusal.thing} not found"}


def flat(problems: Sequence[Problem]) -> dict[str, list[str]]:
    """One map for all depths: `{"items.1.quantity": ["A valid integer is required."]}`."""
    fields: dict[str, list[str]] = {}
    for path, message in problems:
        steps = path[:-1] if path[-1:] == (WHOLE_OBJECT,) else path
        if steps:
            fields.setdefault(".".join(map(str, steps)), []).append(message)
    return fields


SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "Problem": {
        "type": "object",
        "description": "A refusal; some rules add members that help to correct the request.",
        "required": ["error"],
        "properties": {"error": {"type": "string", "description": "The reason, for people."}},
        "additionalProperties": True,
        "examples": [{"error": "Product not found"}],
    },
    "Invalid": {
        "type": "object",
        "description": "`fields` holds the path of each field that was sent wrong, and its messages; some "
        "rules add members that help to correct the request.",
        "required": ["error"],
        "properties": {
            "error": {"type": "string", "description": "The first reason, for people."},
            "fields": {
                "type": "object",
                "description": "Path of a field, as `items.0.quantity`, → its messages.",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
        },
        "additionalProperties": True,
        "examples": [
            {
                "error": "This field is required.",
                "fields": {"items.0.quantity": ["This field is required."]},
            }
        ],
    },
}

STORE = Dialect(
    statuses=STATUS,
    wordings={
        DomainError: Wording(lambda refusal: {"error": spoken(refusal.code)}),
        InvalidInput: Wording(_invalid_input),
        InvalidCursor: on_field("cursor", "Invalid cursor."),
        InvalidAfter: on_field("after", "Invalid cursor."),
        MalformedJson: error("Invalid JSON"),
        BodyTooLarge: error("Request body exceeds the limit of {limit_bytes} bytes."),
        ChangedMeanwhile: error("The resource was changed meanwhile"),
        KeyReused: error("This Idempotency-Key was already used with another body."),
        Unauthenticated: by_reason(
            missing=error("Authorization header missing"),
            invalid=error("Invalid or expired token"),
            login=error("Invalid credentials"),
        ),
        Forbidden: by_reason(role=error("Admin access required"), owner=error("Access denied")),
        NotFound: Wording(_not_found),
        Throttled: error("Too many requests"),
        Unavailable: error("Service temporarily unavailable"),
    },
    server_error_body={"error": "Internal server error"},
    schemas=SCHEMAS,
)
