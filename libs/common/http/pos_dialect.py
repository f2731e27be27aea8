"""The POS dialect: errors in the format of Django REST framework (contract §1)."""

from collections.abc import Mapping, Sequence
from typing import Any

from libs.common.db.listing import InvalidAfter, InvalidCursor
from libs.common.drawers import NoOpenShift, ShiftRequired, UnknownRegister
from libs.common.errors import DomainError, Forbidden, Kind, NotFound, Throttled, Unauthenticated, Unavailable
from libs.common.http.answers import STATUS
from libs.common.http.dialect import Dialect
from libs.common.http.refusals import (
    WHOLE_OBJECT,
    BodyTooLarge,
    InvalidInput,
    KeyReused,
    MalformedJson,
    MethodNotAllowed,
    NotAcceptable,
    Problem,
)
from libs.common.http.wordings import Body, Wording, by_reason, filled, spoken, texts
from libs.common.row_versions import ChangedMeanwhile


def detail(text: str, **more: str) -> Wording:
    """`{"detail": "text"}`"""
    return Wording(lambda error: {"detail": filled(text, error), **more})


def error(text: str, *, beside: Sequence[str] = ()) -> Wording:
    """`{"error": "text"}`, and the details named `beside` next to it."""
    return Wording(
        lambda refusal: {"error": filled(text, refusal), **{name: refusal.details[name] for name in beside}}
    )


def error_list(text: str) -> Wording:
    """`{"error": ["text"]}`"""
    return on_field("error", text)


def non_field_errors(text: str, *, each: str | None = None) -> Wording:
    """`{"non_field_errors": ["text"]}`; with `each` a text for every entry of that detail."""
    return on_field("non_field_errors", text, each=each)


def on_field(name: str, text: str, *, each: str | None = None) -> Wording:
    """`{"<name>": ["text"]}`; with `each` a text for every entry of that detail."""
    return Wording(lambda error: {name: texts(text, error, each)})


def _invalid_input(error: DomainError) -> Body:
    assert isinstance(error, InvalidInput)
    return nested(error.problems, error.given)


def nested(problems: Sequence[Problem], given: object) -> dict[str, Any]:
    """DRF's tree of messages: `{"items": [{}, {"quantity": ["A valid integer is required."]}]}`.

    A list of objects has one entry per object in the request, a list of plain values
    `{"ids": {"2": [..]}}`; errors of an object as a whole are under `non_field_errors`.
    """
    tree: dict[str, Any] = {}
    for path, message in problems:
        _place(tree, given, path or (WHOLE_OBJECT,), message)
    return tree


def _place(tree: dict[str, Any], given: object, path: Sequence[str | int], message: str) -> None:
    name, rest = str(path[0]), path[1:]
    value = given.get(name) if isinstance(given, Mapping) else None
    match rest:
        case []:
            tree.setdefault(name, []).append(message)
        case [int() as position]:
            tree.setdefault(name, {}).setdefault(str(position), []).append(message)
        case [int() as position, *inner] if isinstance(value, list):
            entries = tree.setdefault(name, [{} for _ in value])
            _place(entries[position], value[position], inner, message)
        case _:
            _place(tree.setdefault(name, {}), value, rest, message)


SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "Detail": {
        "type": "object",
        "description": "A refusal of the request as a whole.",
        "required": ["detail"],
        "properties": {
            "detail": {"type": "string", "description": "The reason, for people."},
            "code": {
                "type": "string",
                "description": "`token_not_valid` for a bad token, `approval_required` or "
                "`approval_invalid` for an approval; else absent.",
            },
            "action": {"type": "string", "description": "The deed that needs an approval; else absent."},
            "actions": {
                "type": "array",
                "items": {"type": "string"},
                "description": "All of them, if several do.",
            },
        },
        "examples": [{"detail": "Not found."}],
    },
    "Message": {
        "type": "object",
        "description": "A refusal by a rule; some rules add members that help to correct the request.",
        "required": ["error"],
        "properties": {
            "error": {
                "description": "The reason, for people: one text, or a list of texts.",
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            },
        },
        "additionalProperties": True,
        "examples": [{"error": "Cannot delete a supplier that has products."}],
    },
    "Problem": {
        "description": "A refusal: most have a `detail`, some an `error`.",
        "anyOf": [{"$ref": "#/components/schemas/Detail"}, {"$ref": "#/components/schemas/Message"}],
    },
    "Invalid": {
        "description": "A refusal of what was sent: by field, or as a whole.",
        "anyOf": [
            {"$ref": "#/components/schemas/FieldErrors"},
            {"$ref": "#/components/schemas/Detail"},
            {"$ref": "#/components/schemas/Message"},
        ],
    },
    "FieldErrors": {
        "type": "object",
        "description": "Field → messages; `non_field_errors` are about several. Objects in a list have "
        "one entry per object that was sent, plain values one per position that is wrong.",
        "additionalProperties": {
            "anyOf": [
                {"type": "array", "items": {"type": "string"}},
                {"type": "array", "items": {"$ref": "#/components/schemas/FieldErrors"}},
                {"$ref": "#/components/schemas/FieldErrors"},
            ]
        },
        "examples": [{"name": ["This field is required."]}],
    },
}

POS = Dialect(
    statuses={**STATUS, Kind.CONFLICT: 400},
    wordings={
        DomainError: Wording(lambda error: {"detail": f"{spoken(error.code)}."}),
        InvalidInput: Wording(_invalid_input),
        InvalidCursor: on_field("cursor", "Invalid cursor."),
        InvalidAfter: on_field("after", "Invalid cursor."),
        MalformedJson: detail("JSON parse error - {parser_error}"),
        BodyTooLarge: detail("Request body exceeds the limit of {limit_bytes} bytes."),
        ChangedMeanwhile: detail("The resource was changed meanwhile."),
        KeyReused: detail("This Idempotency-Key was already used with another body."),
        Unauthenticated: by_reason(
            missing=detail("Authentication credentials were not provided."),
            invalid=detail("Given token not valid for any token type", code="token_not_valid"),
            login=detail("No active account found with the given credentials"),
        ),
        Forbidden: detail("You do not have permission to perform this action."),
        NotFound: detail("Not found."),
        MethodNotAllowed: detail('Method "{method}" not allowed.'),
        NotAcceptable: detail("Could not satisfy the request Accept header."),
        Throttled: detail("Request was throttled. Expected available in {retry_after_seconds} seconds."),
        Unavailable: detail("Service temporarily unavailable."),
        UnknownRegister: on_field("register", 'Invalid pk "{register_id}" - object does not exist.'),
        NoOpenShift: on_field("register", "La caja no tiene un turno abierto."),
        ShiftRequired: non_field_errors("Abre un turno para cobrar."),
    },
    server_error_body={"detail": "A server error occurred."},
    schemas=SCHEMAS,
)
