"""Which environment variables does the gateway read?"""

from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewaySettings(BaseSettings):
    """Addresses of the services and the limits of the public door. No address has a default."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    auth_url: str
    catalog_url: str
    sales_url: str
    customers_url: str
    analytics_url: str
    chatbot_url: str

    host: str = "127.0.0.1"
    port: int
    log_level: str = "INFO"

    jwks_url: str
    """Where auth publishes the public keys of user tokens."""
    token_issuer: str = "mostrador"
    token_audience: str = "mostrador"

    upstream_connections_max: int = 100
    """Open connections to one service; what comes beyond waits, within its deadline."""

    def upstreams(self) -> dict[str, str]:
        """Service → base address."""
        return {
            "auth": self.auth_url,
            "catalog": self.catalog_url,
            "sales": self.sales_url,
            "customers": self.customers_url,
            "analytics": self.analytics_url,
            "chatbot": self.chatbot_url,
        }
