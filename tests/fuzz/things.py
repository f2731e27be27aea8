"""Ids for the fuzzer, folded onto the first few, so that most of them exist."""

from collections.abc import Mapping
from typing import Any

THINGS = 6
FIRST_OWNER = 1
"""Makes the fuzzer's own users, so it is never fuzzed itself: other users count from 2."""
IDS = frozenset({"product", "product_id", "customer", "supplier"})


def on_known_things(path_parameters: Mapping[str, Any], *, deleting: bool) -> dict[str, Any]:
    """The same path with ids of things that may be there; one's own sessions have to be looked up.

    What is deleted is of the next few, so that the first stay for all other requests.
    """
    skipped = THINGS if deleting else 0
    return {
        name: value
        if name == "session_id"
        else _folded(value, first=skipped + (FIRST_OWNER + 1 if name == "user_id" else 1))
        for name, value in path_parameters.items()
    }


def about_known_things(body: Any) -> Any:
    """The same body with ids of things that may be there."""
    if isinstance(body, Mapping):
        return {
            name: _folded(value) if name in IDS else about_known_things(value) for name, value in body.items()
        }
    if isinstance(body, list):
        return [about_known_things(value) for value in body]
    return body


def _folded(value: Any, *, first: int = 1) -> Any:
    if isinstance(value, bool) or not str(value).isdecimal():
        return value
    return first + int(value) % THINGS
