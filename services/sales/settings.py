"""The environment variables that sales reads besides those of every service."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from libs.common.settings import ServiceSettings


class SalesSettings(ServiceSettings):
    """Addresses of other services, and the shop's rules."""

    catalog_url: str
    customers_url: str

    birthday_discount_percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(10)
    """Off every line on the customer's birthday, unless a promotion gives more."""

    pending_order_hours: Annotated[int, Field(ge=1)] = 24
    """A POS order that is not paid for so long is cancelled, and its stock goes back."""
