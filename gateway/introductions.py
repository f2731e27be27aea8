"""The frame of each API document: the common parts of a dialect, without the services' paths."""

from http import HTTPStatus
from typing import Any

from gateway import about
from gateway.upstreams import BadGateway, GatewayTimeout
from gateway.wordings import POS, STORE
from libs.common.errors import Kind, Throttled, Unavailable
from libs.common.http.answers import STATUS
from libs.common.http.dialect import Dialect
from libs.common.http.openapi import BEARER
from libs.common.http.refusals import MethodNotAllowed
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
- Every refusal has a stable word in `X-Error-Code`. A request that is no good as such meets 405, 408, 414 or
  431, with a body like the others.
- Every answer has an `X-Request-ID`, the request's name in all logs: the one that was sent, or a new one.
- Requests are limited per user: `X-RateLimit-Limit` may come at once, `X-RateLimit-Remaining` are left, in
  `X-RateLimit-Reset` seconds all are there again. Beyond: 429.
- Lists take `limit` and `offset`, most also `search` and `ordering`; they answer `X-Total-Count` and `Link`.
  More than 10,000 are estimated (`X-Total-Count-Exact: false`); `count` changes that.
- An `Idempotency-Key`, where a request takes one, makes a repeat harmless for 24 hours."""

STORE_TEXT = """\
The API for the web shop. Log in at `POST /auth/login` and send `Authorization: Bearer <token>`.

- Paths work with and without a trailing slash. Fields that are not described are ignored.
- Money is a number. Times are UTC, `2023-10-27T10:00:00Z`.
- Input is read leniently: numbers may come as text (`"5"`), and `"true"`, `1` and `"yes"` are true.
- Refusals are `{"error": "message"}`, with `fields` for invalid input (400).
- Every refusal has a stable word in `X-Error-Code`. A request that is no good as such meets 405, 408, 414 or
  431, with a body like the others.
- Every answer has an `X-Request-ID`, the request's name in all logs: the one that was sent, or a new one.
- Requests are limited per user or address: `X-RateLimit-Limit` may come at once, `X-RateLimit-Remaining` are
  left, in `X-RateLimit-Reset` seconds all are there again. Beyond: 429.
- Lists take `limit` and `offset`; they answer `X-Total-Count` and `Link`. More than 10,000 are estimated
  (`X-Total-Count-Exact: false`); `count` changes that.
- An `Idempotency-Key`, where a request takes one, makes a repeat harmless for 24 hours."""

LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
LIMIT_HEADERS = {
    "X-RateLimit-Limit": "The number of requests that may come at once.",
    "X-RateLimit-Remaining": "The number of requests that are left now.",
    "X-RateLimit-Reset": "Seconds until all are there again.",
}
EVERYWHERE = (
    (Throttled(17), "Too many requests; see `Retry-After`"),
    (BadGateway(), "The answer of the service behind the gateway could not be used"),
    (Unavailable(), "A part that is needed does not answer; see `Retry-After`"),
    (GatewayTimeout(), "The service behind the gateway did not answer in time"),
)
"""Refusals that every operation may meet, described once."""

Schema = dict[str, Any]

WELCOMING = ("Show what this system is", "The name and version of the system, and the paths of its APIs.")
CHECKING = ("Show the state of every part", "Answers 200 whatever the state is; for dashboards.")
HEALTH = {
    "type": "object",
    "description": "The state of every part.",
    "required": ["status", "parts"],
    "properties": {
        "status": {
            "type": "string",
            "enum": ["ok", "degraded"],
            "description": "`degraded` if any part is not `ok`.",
        },
        "parts": {
            "type": "object",
            "description": "Part → its state; `delayed`: ended sessions are heard of late.",
            "additionalProperties": {"type": "string", "enum": ["ok", "unready", "delayed"]},
        },
    },
    "examples": [{"status": "ok", "parts": {"auth": "ok", "sales": "ok", "revocations": "ok"}}],
}
API_PATHS = {
    "type": "object",
    "required": ["base", "docs", "openapi"],
    "properties": {
        "base": {"type": "string", "description": "What all paths of the API begin with."},
        "docs": {"type": "string", "description": "The path of the page for people."},
        "openapi": {"type": "string", "description": "The path of the OpenAPI document."},
    },
}
WELCOME = {
    "type": "object",
    "description": "What this system is.",
    "required": ["name", "version", "tills", "shop", "events", "keys", "health"],
    "properties": {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "tills": {**API_PATHS, "description": "The paths of the API of tills and the back office."},
        "shop": {**API_PATHS, "description": "The paths of the API of the web shop."},
        "events": {
            "type": "object",
            "description": "The paths of the description of events.",
            "required": ["docs", "asyncapi"],
            "properties": {
                "docs": {"type": "string", "description": "The path of the page for people."},
                "asyncapi": {"type": "string", "description": "The path of the AsyncAPI document."},
            },
        },
        "keys": {"type": "string", "description": "The path of the public keys that verify tokens."},
        "health": {"type": "string", "description": "The path of the state of every part."},
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
    frame["paths"] = {
        "/": {"get": _told_by_the_gateway("show_welcome", *WELCOMING, WELCOME)},
        "/health": {"get": _told_by_the_gateway("show_health", *CHECKING, HEALTH)},
    }
    return frame


def through_the_gateway(operation: Schema) -> Schema:
    """A service's operation with the refusals that any may meet."""
    shared = {
        str(status): {"$ref": f"#/components/responses/{_name(status)}"}
        for status in (STATUS[error.kind] for error, _ in EVERYWHERE)
    }
    return {**operation, "responses": dict(sorted({**operation["responses"], **shared}.items()))}


def _frame(title: str, text: str, missing: list[str], dialect: Dialect) -> Schema:
    if missing:
        text += f"\n\n**Not described just now**, for they do not answer: {', '.join(missing)}."
    headers = {
        name: {"description": description, "schema": {"type": "integer"}}
        for name, description in LIMIT_HEADERS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": VERSION,
            "description": text,
            "license": LICENSE,
            "contact": {"name": "The maintainers of Mostrador"},
        },
        "tags": [],
        "paths": {},
        "components": {
            "schemas": dict(dialect.schemas),
            "headers": {**headers, **REFUSAL_HEADERS},
            "securitySchemes": {"bearer": BEARER},
            "responses": _shared_responses(dialect),
        },
    }


def _shared_responses(dialect: Dialect) -> Schema:
    """Name → the dialect's answer."""
    shared = {}
    for error, description in EVERYWHERE:
        answer = dialect.refusal(error)
        shared[_name(answer.status)] = refusal_response([(error.code, answer)], description)
    limited = shared[_name(STATUS[Kind.THROTTLED])]
    limited["headers"] |= {name: {"$ref": f"#/components/headers/{name}"} for name in LIMIT_HEADERS}
    return shared


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "")


def _told_by_the_gateway(name: str, summary: str, description: str, schema: Schema) -> Schema:
    other = MethodNotAllowed("POST", about.READS)
    return {
        "summary": summary,
        "description": description,
        "operationId": name,
        "tags": ["gateway"],
        "security": [],
        "responses": {
            "200": {"description": f"{summary}.", "content": {"application/json": {"schema": schema}}},
            "405": refusal_response([(other.code, STORE.refusal(other))], "Another method than GET and HEAD"),
        },
    }
