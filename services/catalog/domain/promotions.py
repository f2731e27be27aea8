"""Promotions: the days on which they are in force, and their refusals."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from libs.common.errors import DomainError, Kind, NotFound

Audience = Literal["ALL", "FREQUENT_ONLY"]


class When(StrEnum):
    """Whether the days of a promotion are to come, hold today, or are over."""

    COMING = "COMING"
    RUNNING = "RUNNING"
    OVER = "OVER"


class PromotionNotFound(NotFound):
    """There is no such promotion."""

    thing = "Promotion"


class NoSuchProduct(DomainError):
    """A promotion names a product that does not exist, or was deleted."""

    code = "unknown_product"
    remedy = "Read the products again and send an id from there."

    def __init__(self, product_id: int) -> None:
        super().__init__(product_id=product_id)


class EndsBeforeItStarts(DomainError):
    """The last day of the promotion lies before its first."""

    code = "ends_before_it_starts"
    remedy = "Exchange or correct the two days."


class PromotionsOverlap(DomainError):
    """Another promotion of the same product is in force on one of these days."""

    kind = Kind.CONFLICT
    code = "promotions_overlap"
    remedy = "Choose other days, or change or delete the other promotion."

    def __init__(self, start_date: date, end_date: date) -> None:
        super().__init__(start_date=start_date, end_date=end_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A discount on a product, from the first second of its first store day to the last of its last day.

    `version` differs after every change. `product_name` is the product's present name.
    """

    id: int
    product_id: int
    name: str
    description: str
    discount_percent: Decimal
    start_date: date
    end_date: date
    target_audience: Audience
    product_name: str = ""
    version: str = ""

    def is_active(self, today: date) -> bool:
        """Whether the promotion is in force on that day of the store."""
        return self.start_date <= today <= self.end_date


def refusals_of_days(start_date: date, end_date: date) -> list[DomainError]:
    """`EndsBeforeItStarts` if it does. A promotion of one day starts and ends on the same day."""
    return [EndsBeforeItStarts()] if end_date < start_date else []
