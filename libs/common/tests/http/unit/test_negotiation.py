"""The media type of an answer is the one that `Accept` prefers (RFC 9110 §12.5.1)."""

import pytest
from fastapi import Request

from libs.common.http.negotiation import accepted
from libs.common.http.refusals import NotAcceptable

pytestmark = pytest.mark.unit

JSON, HTML, TEXT = "application/json", "text/html", "text/plain"
OFFERED = (JSON, HTML, TEXT)
A_BROWSERS = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def asking(*accept: str) -> Request:
    """A request with these `Accept` lines."""
    return Request({"type": "http", "headers": [(b"accept", line.encode("latin-1")) for line in accept]})


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ((), JSON),
        (("",), JSON),
        (("*/*",), JSON),
        ((A_BROWSERS,), HTML),
        (("text/html",), HTML),
        (("TEXT/Plain",), TEXT),
        (("text/plain; charset=utf-8",), TEXT),
        (("text/*",), HTML),
        (("application/*",), JSON),
        (("text/html;q=0.4, text/plain;q=0.5",), TEXT),
        (("text/*;q=0.5, application/json;q=0.4",), HTML),
        (("text/html;q=0, text/*",), TEXT),
        (("*/*, application/json;q=0",), HTML),
        (("image/png", "text/plain"), TEXT),
        (("image/png, */*;q=0.1",), JSON),
        (("text/html, application/json",), JSON),
        (("text/html;q=nonsense",), HTML),
    ],
)
def test_the_most_wanted_type_is_chosen_and_among_equals_the_first(
    accept: tuple[str, ...], chosen: str
) -> None:
    assert accepted(asking(*accept), OFFERED) == chosen


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "application/xml",
        "text/html;q=0",
        "*/*;q=0",
        "text/html;q=0.0, image/*",
        "html",
        "text/html/plain",
        ";;;",
        "\xff",
    ],
)
def test_a_request_for_nothing_that_is_there_is_refused(accept: str) -> None:
    with pytest.raises(NotAcceptable):
        accepted(asking(accept), OFFERED)
