"""The headers of every answer for browsers and caches, and what pages of other origins may do (CORS)."""

from collections.abc import Sequence
from http import HTTPStatus

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Send
from yarl import URL

from libs.common.errors import Explained
from libs.common.http.answers import ERROR_CODE

Header = tuple[bytes, bytes]

ALWAYS: Sequence[Header] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
POLICY = b"content-security-policy"
API: Sequence[Header] = (
    *ALWAYS,
    (POLICY, b"default-src 'none'; frame-ancestors 'none'"),
)
TLS_FROM_NOW_ON: Header = (b"strict-transport-security", b"max-age=31536000")
NOT_FOR_CACHES: Header = (b"cache-control", b"no-store")

READABLE_BY_PAGES = (
    *("X-Total-Count", "X-Total-Count-Exact", "Link", "ETag", "X-Data-As-Of"),
    *("Retry-After", "X-Request-ID", "Idempotent-Replayed", "X-Error-Code"),
    *("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"),
    "Content-Disposition",  # a page fetches a file with a token, and saves it under its name
)
SENT_BY_PAGES = (
    *("Authorization", "Content-Type", "Idempotency-Key", "X-Request-ID"),
    *("If-Match", "If-None-Match", "X-Approval"),
)
PAGE_REFUSED = Explained(
    "page_not_allowed",
    "A browser asks for a page of an origin that is not in `CORS_ORIGINS`, or for a header not allowed.",
    "Add the origin to `CORS_ORIGINS` of the gateway, or leave the header out.",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Answer:
    """An answer that is being sent. `headers` are added when it starts.

    An `is_private` one (for a token, or containing one) is not cached unless its service allows it. A page
    of a service has the service's policy: of two policies a browser would obey both.
    """

    __slots__ = ("_send", "has_started", "headers", "is_private")

    def __init__(self, send: Send, headers: Sequence[Header]) -> None:
        self._send = send
        self.headers = [*headers]
        self.is_private = False
        self.has_started = False

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            self.has_started = True
            given = message["headers"]
            named = dict(given)
            if self.is_private and b"cache-control" not in named:
                self.headers.append(NOT_FOR_CACHES)
            if POLICY in named:
                self.headers = [header for header in self.headers if header[0] != POLICY]
            message["headers"] = [*given, *self.headers]
        await self._send(message)


class PreflightAnswer(Answer):
    """The answer to a browser that asks whether a page may send a request."""

    async def send(self, message: Message) -> None:
        """Send a part of the answer; a refusal has a code, like all others."""
        if message["type"] == "http.response.start" and message["status"] == HTTPStatus.BAD_REQUEST:
            self.headers.append((ERROR_CODE.lower().encode(), PAGE_REFUSED.code.encode()))
        await super().send(message)


def origins_of(text: str) -> Sequence[str]:
    """The origins in a comma separated text, `*` for all; pages of files send `null`.

    Raises `ValueError` for one that no browser sends like that, as with a slash at its end.
    """
    origins = [origin.strip() for origin in text.split(",") if origin.strip()]
    for origin in origins:
        if origin not in {"*", "null"} and ("*" in origin or not _is_sent(origin)):
            raise ValueError(f"{origin!r} is no origin as browsers send it, such as https://shop.example.com")
    return origins


def _is_sent(origin: str) -> bool:
    try:
        return str(URL(origin).origin()) == origin
    except ValueError:
        return False


def open_to_pages(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """The app with CORS: browser pages of these origins may read the answers.

    Never with credentials: tokens travel in headers, and there are no cookies (contract §1).
    """
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=METHODS,
        allow_headers=SENT_BY_PAGES,
        expose_headers=READABLE_BY_PAGES,
    )
