"""The environment variables that catalog reads in addition to those of every service."""

from pydantic import Field, field_validator

from libs.common.contracts.internal.catalog import LEASE_SECONDS_MIN
from libs.common.settings import HttpUrl, ServiceSettings


class CatalogSettings(ServiceSettings):
    """Catalog's own settings."""

    sales_url: HttpUrl
    """The address of sales."""

    allocation_lease_seconds: int = 60
    """The time to place an order after its stock was allocated; at least 45."""
    allocation_grace_seconds: int = Field(default=10, ge=0)
    """The additional wait before catalog asks, after which most orders begun within the lease have ended."""

    stock_hold_minutes: int = Field(default=30, ge=1, le=7 * 24 * 60)
    """The minutes after which a hold for a cart lapses."""

    low_stock_threshold: int = Field(default=10, ge=0, le=2**31 - 1)
    """The threshold, at or below which stock is low, of products that are created without one. Those that
    exist keep theirs."""

    store_shows_cost: bool = True
    """Whether the web shop's page of a product shows cost and supplier to everybody, or to admins only."""

    @field_validator("allocation_lease_seconds")
    @classmethod
    def _leaves_sales_time(cls, seconds: int) -> int:
        if seconds < LEASE_SECONDS_MIN:
            raise ValueError(
                f"must be at least {LEASE_SECONDS_MIN}: with a shorter lease sales commits no order"
            )
        return seconds
