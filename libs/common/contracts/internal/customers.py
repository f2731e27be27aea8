"""Customers' internal API: the buyer of an order."""

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from libs.common.contracts.internal.endpoint import Endpoint

CUSTOMERS = "/internal/customers"
CUSTOMER = f"{CUSTOMERS}/{{customer_id}}"

NOT_FOUND = "not_found"


class BuyerAnswer(TypedDict):
    """A customer as a buyer: names, and what discounts depend on. `birth_date` is `YYYY-MM-DD` or null."""

    customer_id: int
    first_name: str
    last_name: str
    is_frequent: bool
    birth_date: str | None


GET_CUSTOMER = Endpoint(
    "customers.get_customer", "GET", CUSTOMER, answer=BuyerAnswer, refusals=frozenset({NOT_FOUND})
)


def customer_path(customer_id: int) -> str:
    """The path of a customer."""
    return f"{CUSTOMERS}/{customer_id}"
