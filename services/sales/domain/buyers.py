"""The buyer of an order, and their birthday."""

import calendar
from dataclasses import dataclass
from datetime import date

from libs.common.errors import DomainError


class UnknownCustomer(DomainError):
    """The order names a customer who does not exist."""

    code = "unknown_customer"
    remedy = "Look the customer up again, or sell without one."

    def __init__(self, customer_id: int) -> None:
        super().__init__(customer_id=customer_id)


@dataclass(frozen=True, slots=True)
class Buyer:
    """The data of a customer that an order needs, at the moment of the order."""

    customer_id: int
    first_name: str
    last_name: str
    is_frequent: bool
    birth_date: date | None

    @property
    def name(self) -> str:
        """The name as the order stores it."""
        return f"{self.first_name} {self.last_name}".strip()

    def has_birthday_on(self, day: date) -> bool:
        """Whether `day` is their birthday. In common years a birthday on 29 February is on the 28th."""
        if self.birth_date is None:
            return False
        return (day.month, day.day) == _celebrated_in(day.year, self.birth_date)


def _celebrated_in(year: int, birth_date: date) -> tuple[int, int]:
    if (birth_date.month, birth_date.day) == (2, 29) and not calendar.isleap(year):
        return 2, 28
    return birth_date.month, birth_date.day
