"""The environment variables of customers."""

from decimal import Decimal

from pydantic import Field

from libs.common.settings import ServiceSettings


class CustomersSettings(ServiceSettings):
    """The variables of every service, and the shop's credit terms."""

    default_credit_limit: Decimal = Field(default=Decimal("2000.00"), ge=0, max_digits=12, decimal_places=2)
    """The credit limit of a frequent customer without a limit of their own."""
