"""An answer as one value, so that a test compares status and body in one assertion."""

from typing import Any

from httpx import Response

Answer = tuple[int, Any]
"""A status and a body of JSON."""


def answered(response: Response) -> Answer:
    """The status and the body."""
    return response.status_code, response.json()
