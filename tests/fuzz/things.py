"""Maps the fuzzer's ids to the first few, so that most of them exist."""

from collections.abc import Mapping
from typing import Any

THINGS = 6
CASHIER = 2
"""The second user: an employee with a PIN, who may take a till over."""
FIRST_USER = CASHIER + 1
"""The first user that is fuzzed: the first owner makes the fuzzer's users, and the cashier keeps a PIN."""
CASHIERS_NAME, PIN = "fuzz_cashier", "4831"
IDS = frozenset({"product", "product_id", "customer", "supplier", "cart_id", "order_id", "register"})
USER_IDS = frozenset({"sold_by"})
OTHERS = 4
"""One in so many requests to shop, to take over or to approve is for somebody else than who may."""


def on_known_things(path_parameters: Mapping[str, Any], *, deleting: bool) -> dict[str, Any]:
    """The path's parameters with ids that may exist; own sessions have to be looked up.

    Deletions use the next few ids, so that the first few stay for other requests.
    """
    skipped = THINGS if deleting else 0
    return {
        name: value
        if name == "session_id"
        else _folded(value, first=skipped + (FIRST_USER if name == "user_id" else 1))
        for name, value in path_parameters.items()
    }


def about_known_things(body: Any) -> Any:
    """The body with ids that may exist."""
    if isinstance(body, Mapping):
        return {name: _about_known_thing(name, value) for name, value in body.items()}
    if isinstance(body, list):
        return [about_known_things(value) for value in body]
    return body


def by_known_people(body: Any, approver: Mapping[str, str]) -> Any:
    """The body with the PIN of the cashier, or with the approver's password, mostly."""
    match body:
        case {"user": str(name), "pin": str()} if len(name) % OTHERS:
            return {**body, "user": CASHIERS_NAME, "pin": PIN}
        case {"approver": str(name)} if len(name) % OTHERS:
            without_pin = {name: value for name, value in body.items() if name != "pin"}
            return {**without_pin, "approver": approver["email"], "password": approver["password"]}
    return body


def as_shopper(members: Any, user_id: int) -> Any:
    """The body or the path's parameters for the fuzzer's user, mostly, if they are about a user."""
    if not isinstance(members, Mapping) or not str(members.get("user_id", "")).isdecimal():
        return members
    return {**members, "user_id": user_id} if int(members["user_id"]) % OTHERS else members


def _about_known_thing(name: str, value: Any) -> Any:
    if name in USER_IDS:
        return _folded(value, first=FIRST_USER)
    return _folded(value) if name in IDS else about_known_things(value)


def _folded(value: Any, *, first: int = 1) -> Any:
    if isinstance(value, bool) or not str(value).isdecimal():
        return value
    return first + int(value) % THINGS
