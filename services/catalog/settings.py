"""The environment variables that catalog reads besides those of every service."""

from pydantic import Field, field_validator

from libs.common.contracts.internal.catalog import LEASE_SECONDS_MIN
from libs.common.settings import ServiceSettings


class CatalogSettings(ServiceSettings):
    """Catalog's own settings."""

    sales_url: str
    """Where sales answers internal calls: asked whether an order stands whose stock was taken."""

    allocation_lease_seconds: int = 60
    """How long an order may take to stand after its stock was taken; at least `LEASE_SECONDS_MIN`."""
    allocation_grace_seconds: int = Field(default=10, ge=0)
    """How much longer catalog waits before it asks: what sales began within the lease is written by then."""

    low_stock_threshold: int = Field(default=10, ge=0)
    """From which stock on a product is low, unless the product says otherwise."""

    @field_validator("allocation_lease_seconds")
    @classmethod
    def _leaves_sales_time(cls, seconds: int) -> int:
        if seconds < LEASE_SECONDS_MIN:
            raise ValueError(
                f"must be at least {LEASE_SECONDS_MIN}: with a shorter lease sales commits no order"
            )
        return seconds
