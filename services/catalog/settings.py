"""Which environment variables does catalog read, besides those of every service?"""

from pydantic import Field

from libs.common.settings import ServiceSettings


class CatalogSettings(ServiceSettings):
    """Catalog's own settings."""

    sales_url: str
    """Where sales answers internal calls: asked whether an order stands whose stock was taken."""

    allocation_lease_seconds: int = Field(default=60, gt=0)
    """How long an order may take to stand after its stock was taken."""
    allocation_grace_seconds: int = Field(default=10, ge=0)
    """How much longer catalog waits before it asks: what sales began within the lease is written by then."""

    low_stock_threshold: int = Field(default=10, ge=0)
    """From which stock on a product is low, unless the product says otherwise."""
