"""Sales' internal API: whether an order stands."""

from uuid import UUID

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from libs.common.contracts.internal.endpoint import Endpoint

ORDERS = "/internal/orders"
ORDER = f"{ORDERS}/{{order_uuid}}"

NOT_FOUND = "not_found"


class OrderAnswer(TypedDict):
    """An order that was committed, in any status."""

    order_id: int
    status: str


GET_ORDER = Endpoint("sales.get_order", "GET", ORDER, answer=OrderAnswer, refusals=frozenset({NOT_FOUND}))


def order_path(order_uuid: UUID) -> str:
    """The path of an order by the uuid of its allocation."""
    return f"{ORDERS}/{order_uuid}"
