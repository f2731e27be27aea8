"""Answers as one value, so that a test compares them in one assertion."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from httpx import Response

Answer = tuple[int, Any]
"""A status and a body of JSON."""


def answered(response: Response) -> Answer:
    """The status and the body."""
    return response.status_code, response.json()


def statuses(responses: Iterable[Response]) -> Counter[int]:
    """The number of responses of each status."""
    return Counter(response.status_code for response in responses)
