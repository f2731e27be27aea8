"""The answers of the guard, which refuses requests before any door sees them."""

from http import HTTPStatus

import pytest

from gateway.guard.heads import refusal

CODES = {
    HTTPStatus.BAD_REQUEST: b"bad_request",
    HTTPStatus.METHOD_NOT_ALLOWED: b"method_not_allowed",
    HTTPStatus.REQUEST_TIMEOUT: b"request_timeout",
    HTTPStatus.REQUEST_URI_TOO_LONG: b"uri_too_long",
    HTTPStatus.TOO_MANY_REQUESTS: b"throttled",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: b"headers_too_large",
    HTTPStatus.NOT_IMPLEMENTED: b"not_implemented",
    HTTPStatus.SERVICE_UNAVAILABLE: b"unavailable",
}

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("target", [b"/api/orders/", b"/sales/orders"])
@pytest.mark.parametrize("status", CODES)
def test_a_refusal_of_the_guard_carries_its_code(status: HTTPStatus, target: bytes) -> None:
    assert b"\r\nx-error-code: " + CODES[status] + b"\r\n" in refusal(status, target, [])
