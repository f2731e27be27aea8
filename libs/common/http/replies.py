"""Answers of routes: serialised by orjson and not validated again."""

from collections.abc import Mapping
from decimal import Decimal
from hashlib import blake2b
from typing import Any

import orjson
from fastapi import Request, Response

from libs.common.http.etags import is_known
from libs.common.money import to_cents

NO_CONTENT, NOT_MODIFIED = 204, 304
DIGEST_BYTES = 12
# datetimes are written as in contract §1: UTC, `Z`, no fractions.
JSON_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


def reply(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The content as JSON. None with status 204 is an empty answer.

    A Decimal is a mistake: POS writes money as text (`money_text`), STORE as a number (`money_number`).
    """
    if content is None and status == NO_CONTENT:
        return Response(status_code=status, headers=headers)
    return Response(
        orjson.dumps(content, option=JSON_OPTIONS), status, headers, media_type="application/json"
    )


def reply_tagged(request: Request, content: Any, headers: Mapping[str, str] | None = None) -> Response:
    """The content as JSON with a digest of it as `ETag`; 304 if the request names that in `If-None-Match`.

    The tag holds for a compressed answer too, in its weak form.
    """
    body = orjson.dumps(content, option=JSON_OPTIONS)
    etag = f'"{blake2b(body, digest_size=DIGEST_BYTES).hexdigest()}"'
    headers = {**(headers or {}), "ETag": etag}
    if is_known(request.headers, etag):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def money_number(amount: Decimal) -> float:
    """`18.5`: money in STORE and in POS' analytics, rounded half up to the cent."""
    return float(to_cents(amount))
