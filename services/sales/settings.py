"""The environment variables that sales reads in addition to those of every service."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from libs.common.settings import ServiceSettings


class SalesSettings(ServiceSettings):
    """The addresses of other services, and the shop's rules."""

    catalog_url: str
    customers_url: str

    birthday_discount_percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(10)
    """The discount on every line on the customer's birthday, unless a promotion gives more."""

    pending_order_hours: Annotated[int, Field(ge=1)] = 24
    """The time after which an unpaid POS order is cancelled and its stock returned."""
