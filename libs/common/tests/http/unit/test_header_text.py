"""Letters of a header are read as their sender meant them."""

import pytest
from fastapi import Request

from libs.common.http.header_text import header_of


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_header_is_utf_8_or_latin_1(encoding: str) -> None:
    request = Request({"type": "http", "headers": [(b"x-said", "Caja niño".encode(encoding))]})
    assert header_of(request, "X-Said") == "Caja niño"


def test_a_header_that_is_not_there_is_empty() -> None:
    assert header_of(Request({"type": "http", "headers": []}), "X-Said") == ""
