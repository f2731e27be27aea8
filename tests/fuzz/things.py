"""Maps the fuzzer's ids to the first few, so that most of them exist."""

from collections.abc import Mapping
from typing import Any

THINGS = 6
FIRST_OWNER = 1
"""The first owner, who makes the fuzzer's users: never fuzzed, so user ids start at 2."""
IDS = frozenset({"product", "product_id", "customer", "supplier", "cart_id", "order_id"})
OTHERS = 4
"""One in so many requests to shop is for another user than the fuzzer's."""


def on_known_things(path_parameters: Mapping[str, Any], *, deleting: bool) -> dict[str, Any]:
    """The path's parameters with ids that may exist; own sessions have to be looked up.

    Deletions use the next few ids, so that the first few stay for other requests.
    """
    skipped = THINGS if deleting else 0
    return {
        name: value
        if name == "session_id"
        else _folded(value, first=skipped + (FIRST_OWNER + 1 if name == "user_id" else 1))
        for name, value in path_parameters.items()
    }


def about_known_things(body: Any) -> Any:
    """The body with ids that may exist."""
    if isinstance(body, Mapping):
        return {
            name: _folded(value) if name in IDS else about_known_things(value) for name, value in body.items()
        }
    if isinstance(body, list):
        return [about_known_things(value) for value in body]
    return body


def as_shopper(members: Any, user_id: int) -> Any:
    """The body or the path's parameters for the fuzzer's user, mostly, if they are about a user."""
    if not isinstance(members, Mapping) or not str(members.get("user_id", "")).isdecimal():
        return members
    return {**members, "user_id": user_id} if int(members["user_id"]) % OTHERS else members


def _folded(value: Any, *, first: int = 1) -> Any:
    if isinstance(value, bool) or not str(value).isdecimal():
        return value
    return first + int(value) % THINGS
