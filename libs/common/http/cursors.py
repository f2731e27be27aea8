"""A list's cursor: the position of a row as a text that callers pass on unread.

It is bound to the list and its order, and checked: a changed or foreign one is refused. It is no secret and
grants nothing: the right to read a list is the right to read it from anywhere.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b

import orjson

from libs.common.db.listing import InvalidCursor, Position

CHECK_BYTES = 8


def cursor_of(position: Position, *, place: str) -> str:
    """The cursor for a position in the list and order that `place` names."""
    content = orjson.dumps(position)
    return urlsafe_b64encode(_check(content, place) + content).rstrip(b"=").decode()


def position_in(cursor: str, *, place: str) -> Position:
    """The position of a cursor that `cursor_of` made for this place; raises `InvalidCursor` for others."""
    try:
        content = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[CHECK_BYTES:]
        position: Position = tuple(orjson.loads(content))
        is_ours = cursor_of(position, place=place) == cursor
    except (ValueError, TypeError) as error:  # not base64, not JSON, no list
        raise InvalidCursor from error
    if not is_ours or not all(value is None or isinstance(value, str) for value in position):
        raise InvalidCursor
    return position


def _check(content: bytes, place: str) -> bytes:
    return blake2b(place.encode("utf-8", "surrogatepass") + b"\0" + content, digest_size=CHECK_BYTES).digest()
