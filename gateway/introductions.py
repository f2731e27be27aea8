"""The frame of each API document: the common parts of a dialect, without the services' paths."""

from typing import Any

from gateway import about
from gateway.upstreams import BadGateway, GatewayTimeout
from gateway.wordings import POS, STORE
from libs.common.http.answers import STATUS
from libs.common.http.dialect import Dialect
from libs.common.http.openapi import BEARER
from libs.common.http.shown_refusals import REFUSAL_HEADERS, refusal_response
from libs.common.version import VERSION

POS_TEXT = """\
The API for tills and the back office. Log in at `POST /api/auth/login/` and send
`Authorization: Bearer <access>`; when the access token expires, `POST /api/auth/refresh/` returns a new one.

- Paths work with and without the trailing slash. Fields that are not described are ignored.
- Money is text with two decimals (`"18.50"`); analytics write it as numbers.
- Times are UTC, `2023-10-27T10:00:00Z`.
- Input is read leniently: numbers may come as text (`"5"`), and `"true"`, `1` and `"yes"` are true.
- Invalid input is reported by field, `{"name": ["message"]}`; other refusals have `detail` or `error`.
- A request that is no good as such meets 405, 408, 414 or 431, with a body like the others.
- Lists take `limit` and `offset`, most also `search` and `ordering`; they answer `X-Total-Count` and `Link`.
- An `Idempotency-Key`, where a request takes one, makes a repeat harmless for 24 hours."""

STORE_TEXT = """\
The API for the web shop. Log in at `POST /auth/login` and send `Authorization: Bearer <token>`.

- Paths work with and without a trailing slash. Fields that are not described are ignored.
- Money is a number. Times are UTC, `2023-10-27T10:00:00Z`.
- Input is read leniently: numbers may come as text (`"5"`), and `"true"`, `1` and `"yes"` are true.
- Refusals are `{"error": "message"}`, with `fields` for invalid input (400).
- A request that is no good as such meets 405, 408, 414 or 431, with a body like the others.
- Lists take `limit` and `offset`; they answer `X-Total-Count` and `Link`.
- An `Idempotency-Key`, where a request takes one, makes a repeat harmless for 24 hours."""

HEADERS = {
    "X-Request-ID": ("string", "The request's name in all logs: the one that came, or a new one."),
    "X-RateLimit-Limit": ("integer", "So many requests may come at once."),
    "X-RateLimit-Remaining": ("integer", "So many are left."),
    "X-RateLimit-Reset": ("integer", "In so many seconds all are there again."),
}
IN_EVERY_ANSWER = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
TROUBLES = (
    (BadGateway(), "The answer of the service behind this could not be used"),
    (GatewayTimeout(), "The service behind this did not answer in time"),
)

Schema = dict[str, Any]

HEALTH = {
    "type": "object",
    "required": ["status", "parts"],
    "properties": {
        "status": {"type": "string", "enum": ["ok", "degraded"]},
        "parts": {
            "type": "object",
            "additionalProperties": {"type": "string", "enum": ["ok", "unready", "delayed"]},
        },
    },
    "examples": [{"status": "ok", "parts": {"auth": "ok", "sales": "ok", "revocations": "ok"}}],
}
WELCOME = {
    "type": "object",
    "required": ["name", "version", "tills", "shop", "keys", "health"],
    "properties": {name: {"type": "string"} for name in ("name", "version", "keys", "health")}
    | {
        name: {
            "type": "object",
            "required": ["base", "docs", "openapi"],
            "additionalProperties": {"type": "string"},
        }
        for name in ("tills", "shop")
    },
    "examples": [about.WELCOME],
}


def pos_frame(missing: list[str]) -> Schema:
    """The POS document without the services' paths; names the `missing` services."""
    frame = _frame("Mostrador POS API", POS_TEXT, missing, POS)
    frame["servers"] = [{"url": "/api"}]
    return frame


def store_frame(missing: list[str]) -> Schema:
    """The STORE document without the services' paths; names the `missing` services."""
    frame = _frame("Mostrador web shop API", STORE_TEXT, missing, STORE)
    frame["servers"] = [{"url": "/"}]
    frame["tags"] = [{"name": "gateway", "description": "The public door itself"}]
    frame["paths"] = {
        "/": {"get": _told_by_the_gateway("welcome", "What this is", WELCOME)},
        "/health": {"get": _told_by_the_gateway("health", "How every part is; 200 whatever it is", HEALTH)},
    }
    return frame


def through_the_gateway(operation: Schema) -> Schema:
    """A service's operation with the answers and headers that the gateway adds."""
    answers = {
        status: {**answer, "headers": {**answer.get("headers", {}), **IN_EVERY_ANSWER}}
        for status, answer in operation["responses"].items()
    }
    statuses = [str(STATUS[error.kind]) for error, _ in TROUBLES]
    troubles = {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}
    return {**operation, "responses": dict(sorted({**answers, **troubles}.items()))}


def _frame(title: str, text: str, missing: list[str], dialect: Dialect) -> Schema:
    if missing:
        text += f"\n\n**Not described just now**, for they do not answer: {', '.join(missing)}."
    headers = {
        name: {"description": description, "schema": {"type": kind}}
        for name, (kind, description) in HEADERS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": VERSION, "description": text},
        "tags": [],
        "paths": {},
        "components": {
            "schemas": dict(dialect.schemas),
            "headers": {**headers, **REFUSAL_HEADERS},
            "securitySchemes": {"bearer": BEARER},
            "responses": _troubles(dialect),
        },
    }


def _troubles(dialect: Dialect) -> Schema:
    """Status → the dialect's answer."""
    answers = [(error.code, dialect.refusal(error), description) for error, description in TROUBLES]
    return {
        str(answer.status): refusal_response([(code, answer)], description)
        for code, answer, description in answers
    }


def _told_by_the_gateway(name: str, description: str, schema: Schema) -> Schema:
    return {
        "summary": name.capitalize(),
        "description": description,
        "operationId": name,
        "tags": ["gateway"],
        "responses": {
            "200": {"description": description, "content": {"application/json": {"schema": schema}}}
        },
    }
