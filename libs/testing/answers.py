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


def refusal(response: Response) -> tuple[int, str, Any]:
    """The status, code and details of a refusal at an internal door."""
    body = response.json()
    return response.status_code, body["code"], body["details"]


def statuses(responses: Iterable[Response]) -> Counter[int]:
    """The number of responses of each status."""
    return Counter(response.status_code for response in responses)
