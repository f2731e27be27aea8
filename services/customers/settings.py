"""The environment variables of customers."""

from decimal import Decimal

from libs.common.settings import HttpUrl, Money, ServiceSettings


class CustomersSettings(ServiceSettings):
    """The variables of every service, the address of sales, and the shop's credit terms."""

    sales_url: HttpUrl
    """The address of sales."""

    default_credit_limit: Money = Decimal("2000.00")
    """The credit limit of a frequent customer without a limit of their own."""

    require_open_shift: bool = False
    """Whether paying, refunding and paying off credit are refused where the money belongs to no shift."""
