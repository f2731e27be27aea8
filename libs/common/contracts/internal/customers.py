"""Customers' internal API: the buyer of an order, and the buyer's points."""

from uuid import UUID

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from libs.common.contracts.internal.endpoint import Endpoint

CUSTOMERS = "/internal/customers"
CUSTOMER = f"{CUSTOMERS}/{{customer_id}}"
POINTS = f"{CUSTOMER}/points/{{order_uuid}}"

NOT_FOUND = "not_found"


class BuyerAnswer(TypedDict):
    """A customer as a buyer: names, and what discounts depend on. `birth_date` is `YYYY-MM-DD` or null."""

    customer_id: int
    first_name: str
    last_name: str
    is_frequent: bool
    birth_date: str | None


class PointsAnswer(TypedDict):
    """A customer's balance of points. `has_order`: the points that the order has earned are in it."""

    current_points: int
    has_order: bool


GET_CUSTOMER = Endpoint(
    "customers.get_customer", "GET", CUSTOMER, answer=BuyerAnswer, refusals=frozenset({NOT_FOUND})
)
GET_POINTS = Endpoint(
    "customers.get_points", "GET", POINTS, answer=PointsAnswer, refusals=frozenset({NOT_FOUND})
)


def customer_path(customer_id: int) -> str:
    """The path of a customer."""
    return f"{CUSTOMERS}/{customer_id}"


def points_path(customer_id: int, order_uuid: UUID) -> str:
    """The path of a customer's points, with one of the customer's orders."""
    return f"{CUSTOMERS}/{customer_id}/points/{order_uuid}"
