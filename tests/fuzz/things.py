"""Maps the fuzzer's ids to the first few, so that most of them exist. Huge ones stay as they are."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

THINGS = 6
HUGE = 2**31
"""The first id that a column of 32 bits does not hold."""
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


def paid_in_full(body: Any) -> Any:
    """The body with sales of a few pieces that are paid exactly, where their items can be added up."""
    match body:
        case {"sales": [*sales]}:
            return {**body, "sales": [_paid_in_full(sale) for sale in sales]}
    return body


def _paid_in_full(sale: Any) -> Any:
    try:
        items = [{**item, "quantity": 1 + int(item["quantity"]) % THINGS} for item in sale["items"]]
        total = sum(item["quantity"] * Decimal(str(item["unit_total"])) for item in items)
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return sale
    return {**sale, "items": items, "payments": [{"payment_method": "CASH", "amount": str(total)}]}


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
    if isinstance(value, bool) or not str(value).isdecimal() or int(value) >= HUGE:
        return value
    return first + int(value) % THINGS
