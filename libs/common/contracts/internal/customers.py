"""Customers' internal API: the buyer of an order, their points, charges that pay orders, and the export."""

from enum import StrEnum
from uuid import UUID

from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from libs.common.contracts.customers import CustomerChanged
from libs.common.contracts.internal.endpoint import Endpoint
from libs.common.contracts.internal.exports import EXPORTS, ExportPage

CUSTOMERS = "/internal/customers"
CUSTOMER = f"{CUSTOMERS}/{{customer_id}}"
POINTS = f"{CUSTOMER}/points/{{order_uuid}}"
CHARGES = "/internal/charges"
CHARGE = f"{CHARGES}/{{charge_id}}"
CHARGE_FENCE = f"{CHARGE}/fence"
REFUND = f"{CHARGE}/refunds/{{refund_id}}"
REFUND_FENCE = f"{REFUND}/fence"
EXPORTED_CUSTOMERS = f"{EXPORTS}/customers"

NOT_FOUND = "not_found"


class Refusal(StrEnum):
    """The codes of customers' refusals to charge or refund. Whatever is refused has changed nothing."""

    INSUFFICIENT_POINTS = "insufficient_points"
    CREDIT_LIMIT_EXCEEDED = "credit_limit_exceeded"
    CHARGE_FENCED = "charge_fenced"
    CHARGE_DIFFERS = "charge_differs"
    REFUND_EXCEEDS_CHARGE = "refund_exceeds_charge"
    REFUND_EXCEEDS_DEBT = "refund_exceeds_debt"
    REFUND_DIFFERS = "refund_differs"
    REFUND_FENCED = "refund_fenced"


class BuyerAnswer(TypedDict):
    """A customer as a buyer: names, and what discounts depend on. `birth_date` is `YYYY-MM-DD` or null."""

    customer_id: int
    first_name: str
    last_name: str
    is_frequent: bool
    birth_date: str | None


class BuyerNotFoundDetails(TypedDict):
    """Details of `not_found`: there was such a customer, who was `deleted`, or there never was."""

    deleted: bool


class PointsAnswer(TypedDict):
    """A customer's balance of points. `has_order`: the points that the order has earned are in it.

    The next points that are earned settle the `points_owed` first.
    """

    current_points: int
    points_owed: int
    has_order: bool


class ChargeRequest(TypedDict):
    """A customer's part in paying an order: whole points, credit in pesos with two decimals, or both.

    At least one of the two is positive; `0` and `"0.00"` take nothing. `user_id` is the seller.
    """

    customer_id: int
    user_id: int
    order_uuid: str
    ticket_folio: str
    points: int
    credit: str


class ChargeAnswer(TypedDict):
    """The charge was taken, for good."""

    charge_id: str


class ChargeStateAnswer(TypedDict):
    """A charge, what was given back of it so far, and the debt now: a refund's credit is at most that.

    Money has two decimals.
    """

    points: int
    credit: str
    refunded_points: int
    refunded_credit: str
    credit_used: str


class RefundRequest(TypedDict):
    """The part of a charge that is given back; at least one amount is positive. `user_id` gives it back."""

    points: int
    credit: str
    user_id: int


class RefundAnswer(TypedDict):
    """The refund was booked."""

    refund_id: str


class InsufficientPointsDetails(TypedDict):
    """Details of `insufficient_points`: the customer's balance."""

    available: int


class CreditLimitExceededDetails(TypedDict):
    """Details of `credit_limit_exceeded`: the limit in force and the debt, with two decimals."""

    credit_limit: str
    credit_used: str


ExportedCustomers = ExportPage[CustomerChanged]
"""Every customer as the last change has left them, also deleted ones; by id."""

GET_CUSTOMER = Endpoint(
    "customers.get_customer", "GET", CUSTOMER, answer=BuyerAnswer, refusals=frozenset({NOT_FOUND})
)
GET_POINTS = Endpoint(
    "customers.get_points", "GET", POINTS, answer=PointsAnswer, refusals=frozenset({NOT_FOUND})
)
PUT_CHARGE = Endpoint(
    "customers.put_charge",
    "PUT",
    CHARGE,
    request=ChargeRequest,
    answer=ChargeAnswer,
    refusals=frozenset(
        {
            NOT_FOUND,
            Refusal.INSUFFICIENT_POINTS,
            Refusal.CREDIT_LIMIT_EXCEEDED,
            Refusal.CHARGE_FENCED,
            Refusal.CHARGE_DIFFERS,
        }
    ),
)
GET_CHARGE = Endpoint(
    "customers.get_charge", "GET", CHARGE, answer=ChargeStateAnswer, refusals=frozenset({NOT_FOUND})
)
PUT_CHARGE_FENCE = Endpoint(
    "customers.put_charge_fence",
    "PUT",
    CHARGE_FENCE,
    answer=ChargeAnswer,
    refusals=frozenset({Refusal.CHARGE_FENCED}),
)
PUT_REFUND = Endpoint(
    "customers.put_refund",
    "PUT",
    REFUND,
    request=RefundRequest,
    answer=RefundAnswer,
    refusals=frozenset(
        {
            NOT_FOUND,
            Refusal.REFUND_EXCEEDS_CHARGE,
            Refusal.REFUND_EXCEEDS_DEBT,
            Refusal.REFUND_DIFFERS,
            Refusal.REFUND_FENCED,
        }
    ),
)
PUT_REFUND_FENCE = Endpoint(
    "customers.put_refund_fence",
    "PUT",
    REFUND_FENCE,
    answer=RefundAnswer,
    refusals=frozenset({Refusal.REFUND_FENCED}),
)
EXPORT_CUSTOMERS = Endpoint("customers.export_customers", "GET", EXPORTED_CUSTOMERS, answer=ExportedCustomers)


def customer_path(customer_id: int) -> str:
    """The path of a customer."""
    return f"{CUSTOMERS}/{customer_id}"


def points_path(customer_id: int, order_uuid: UUID) -> str:
    """The path of a customer's points, with one of the customer's orders."""
    return f"{CUSTOMERS}/{customer_id}/points/{order_uuid}"


def charge_path(charge_id: UUID) -> str:
    """The path of a charge. A repeat with the same id takes nothing again."""
    return f"{CHARGES}/{charge_id}"


def charge_fence_path(charge_id: UUID) -> str:
    """The path at which it is settled for good whether a charge was taken."""
    return f"{charge_path(charge_id)}/fence"


def refund_path(charge_id: UUID, refund_id: UUID) -> str:
    """The path of a refund of a charge. A repeat with the same id gives nothing back again."""
    return f"{charge_path(charge_id)}/refunds/{refund_id}"


def refund_fence_path(charge_id: UUID, refund_id: UUID) -> str:
    """The path at which it is settled for good whether a refund was booked."""
    return f"{refund_path(charge_id, refund_id)}/fence"
