"""The environment variables of the gateway."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewaySettings(BaseSettings):
    """Addresses of the services and limits of the public door. A variable is the field's name in upper case.

    Addresses, rates and origins have no defaults: a gateway without them refuses to start.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    auth_url: str
    catalog_url: str
    sales_url: str
    customers_url: str
    analytics_url: str
    chatbot_url: str

    host: str = "127.0.0.1"
    port: int
    """The public port."""
    internal_port: int
    """The only port for `/livez`, `/readyz` and `/metrics`."""
    log_level: str = "INFO"
    log_file: Path | None = None
    """The file that replaces stdout and stderr; without it the process logs to stdout."""

    amqp_url: str
    amqp_prefix: str = ""
    """The prefix of exchange and queue names, so that several suites can share a broker."""
    service_key_file: Path
    """The gateway's private key (Ed25519, PEM), which signs the tokens of its calls to auth."""

    jwks_url: str
    """The URL of auth's public keys for user tokens."""
    token_issuer: str = "mostrador"
    token_audience: str = "mostrador"

    cors_origins: str
    """The origins whose pages may call from a browser: comma separated, `*` for all, empty for none."""
    trusted_proxies: str = ""
    """The networks of proxies with trusted `X-Forwarded-For` and `-Proto`: `10.0.0.0/8`, comma separated."""

    rate_limit_per_user: str
    """The requests of one user at one gateway process, like `600/minute`."""
    rate_limit_per_address: str
    """The same for requests without a valid token, by client address."""

    connections_max: int = 2_000
    """The maximum of client connections; a further one replaces an idle one or is answered 503."""
    connections_per_address: int = 200
    """The same for one address (IPv6: a /64) that is no trusted proxy's; one too many is answered 429."""
    connections_reserved: int = 40
    """Of `connections_max`, those kept for addresses from which a valid token came in the last 15 minutes."""
    request_head_seconds: float = 10.0
    """The time limit for a request's head, from its first byte or from the start of the connection."""
    request_body_seconds: float = 20.0
    """The time limit for a request's body, from the end of its head."""
    answer_stall_seconds: float = 20.0
    """A client that reads nothing of its answer for this time is disconnected."""

    upstream_requests_max: int = 100
    """The maximum of concurrent requests to one service; further ones are answered 503."""

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
