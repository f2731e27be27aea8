"""Refuses heads that are too large or that two servers could read differently."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from gateway.routes import is_pos
from libs.common.errors import Explained, Throttled, Unavailable
from libs.common.http.answers import ERROR_CODE
from libs.common.http.refusals import MethodNotAllowed
from libs.common.process.middleware import request_id_of

HEADERS_MAX = 100
HEAD_BYTES_MAX = 32 * 1024
TARGET_BYTES_MAX = 8 * 1024

Headers = Sequence[tuple[bytes, bytes]]

_WORDS = {
    HTTPStatus.METHOD_NOT_ALLOWED: "Method not allowed",
    HTTPStatus.SERVICE_UNAVAILABLE: "Service temporarily unavailable",  # the contract's limit
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests",
}
_CODES = {
    HTTPStatus.METHOD_NOT_ALLOWED: MethodNotAllowed.code,
    HTTPStatus.TOO_MANY_REQUESTS: Throttled.code,
    HTTPStatus.SERVICE_UNAVAILABLE: Unavailable.code,
}
EXPLAINED = {
    HTTPStatus.BAD_REQUEST: Explained(
        "bad_request",
        "The request is no valid HTTP, or two servers could read it differently.",
        "Send it with an HTTP library, to one host, and with one length.",
    ),
    HTTPStatus.REQUEST_TIMEOUT: Explained(
        "request_timeout",
        "The head or the body of the request did not arrive in time.",
        "Send the same request again, over a better connection or with a smaller body.",
    ),
    HTTPStatus.REQUEST_URI_TOO_LONG: Explained(
        "uri_too_long", "Path and query exceed 8 KiB.", "Shorten the query, or ask several times."
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: Explained(
        "headers_too_large", "The headers exceed 32 KiB, or there are more than 100.", "Send fewer headers."
    ),
    HTTPStatus.NOT_IMPLEMENTED: Explained(
        "not_implemented",
        "The body has a transfer coding other than `chunked`, or the connection is to change its protocol.",
        "Send the body with its length or `chunked`, without `Upgrade`.",
    ),
}
"""The refusals that only the guard has, by status."""

_BESIDE = dict.fromkeys((HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS), b"retry-after: 2\r\n")


def refusal_of_size(target: bytes, headers: Headers) -> HTTPStatus | None:
    """Return the status if the head is too large, else None."""
    if len(target) > TARGET_BYTES_MAX:
        return HTTPStatus.REQUEST_URI_TOO_LONG
    if len(headers) > HEADERS_MAX:
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    return None


def is_too_large(headers: Headers) -> bool:
    """Whether the names and values together exceed the limit."""
    return sum(len(name) + len(value) for name, value in headers) > HEAD_BYTES_MAX


def refusal_of_form(method: bytes, target: bytes, version: str, headers: Headers) -> HTTPStatus | None:
    """Return the status unless this is a plain request to one host (RFC 9112 §3.2, §6.1), else None.

    The parser has already refused contradictions: two lengths, a length beside a transfer coding,
    folded lines, invalid names and line ends.
    """
    if method == b"CONNECT":
        return HTTPStatus.METHOD_NOT_ALLOWED
    if not target.startswith((b"/", b"http://", b"https://")):
        return HTTPStatus.BAD_REQUEST
    names = [name for name, _ in headers]
    if names.count(b"host") != 1 and (b"host" in names or version != "1.0"):
        return HTTPStatus.BAD_REQUEST
    if b"upgrade" in names and _announces_body(headers):
        return HTTPStatus.NOT_IMPLEMENTED  # the parser would take the body for the other protocol
    if b"transfer-encoding" in names:
        codings = [value.strip().lower() for name, value in headers if name == b"transfer-encoding"]
        return None if codings == [b"chunked"] else HTTPStatus.NOT_IMPLEMENTED
    return None


def _announces_body(headers: Headers) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and int(value)) for name, value in headers
    )


def _code(status: HTTPStatus) -> str:
    return EXPLAINED[status].code if status in EXPLAINED else _CODES[status]


def refusal(status: HTTPStatus, target: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The complete answer, in the dialect of the path; the connection closes after it.

    `headers` are those of the request, as far as they were read.
    """
    words = _WORDS.get(status, status.phrase)
    body = {"detail": f"{words}."} if is_pos(target.decode("latin-1")) else {"error": words}
    content = orjson.dumps(body)
    return b"".join(
        (
            STATUS_LINE[status],
            b"content-type: application/json\r\nx-content-type-options: nosniff\r\nconnection: close\r\n",
            f"{ERROR_CODE}: {_code(status)}\r\n".lower().encode(),
            f"x-request-id: {request_id_of(dict(headers))}\r\n".encode(),
            _BESIDE.get(status, b""),
            b"content-length: %d\r\n\r\n" % len(content),
            content,
        )
    )
