"""Which environment variables does customers read?"""

from decimal import Decimal

from pydantic import Field

from libs.common.settings import ServiceSettings


class CustomersSettings(ServiceSettings):
    """What every service needs, and the shop's terms of credit."""

    default_credit_limit: Decimal = Field(default=Decimal("2000.00"), ge=0, max_digits=12, decimal_places=2)
    """What a frequent customer may owe when no limit of their own is set."""
