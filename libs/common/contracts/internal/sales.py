"""Sales' internal API: whether an order stands, for good."""

from uuid import UUID

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from libs.common.contracts.internal.endpoint import Endpoint

ORDERS = "/internal/orders"
FENCE = f"{ORDERS}/{{order_uuid}}/fence"

# There is no such order, and there never will be. Not `not_found`, which a sales without this path answers.
ORDER_FENCED = "order_fenced"


class OrderAnswer(TypedDict):
    """An order that was committed, in any status."""

    order_id: int
    status: str


PUT_FENCE = Endpoint("sales.put_fence", "PUT", FENCE, answer=OrderAnswer, refusals=frozenset({ORDER_FENCED}))


def fence_path(order_uuid: UUID) -> str:
    """The path of an order's fence, by the uuid of its allocation."""
    return f"{ORDERS}/{order_uuid}/fence"
