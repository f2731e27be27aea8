"""The environment variables of the gateway."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewaySettings(BaseSettings):
    """Addresses of the services and the limits of the public door. The variable is the field in upper case.

    No address, no rate and no origin has a default: a gateway that is not told refuses to start.
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
    """`/livez`, `/readyz` and `/metrics` are answered here and nowhere else."""
    log_level: str = "INFO"
    log_file: Path | None = None
    """Takes the place of stdout and stderr; without one, whoever started the process keeps its logs."""

    amqp_url: str
    amqp_prefix: str = ""
    """Put before the names of exchange and queues, so that two suites can share a broker."""
    service_key_file: Path
    """The gateway's own private key (Ed25519, PEM): it signs the tokens of its calls to auth."""

    jwks_url: str
    """Where auth publishes the public keys of user tokens."""
    token_issuer: str = "mostrador"
    token_audience: str = "mostrador"

    cors_origins: str
    """Pages of which origins may call from a browser: comma separated, `*` for all, empty for none."""
    trusted_proxies: str = ""
    """Whose `X-Forwarded-For` and `-Proto` are believed: networks like `10.0.0.0/8`, comma separated."""

    rate_limit_per_user: str
    """Like `600/minute`: what one user may ask of one gateway process."""
    rate_limit_per_address: str
    """The same for each client address, of requests without a good token."""

    connections_max: int = 2_000
    """Open connections of clients; a further one takes an idle one's place, or is answered 503."""
    request_head_seconds: float = 10.0
    """Within this time a request's head has to be there, from its first byte or the connection's start on."""
    request_body_seconds: float = 20.0
    """Within this time a request's body has to be there, from the end of its head on."""
    answer_stall_seconds: float = 20.0
    """A client that takes nothing of its answer for so long is dropped."""

    upstream_requests_max: int = 100
    """Requests that one service is asked at the same time; what comes beyond is answered 503."""

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
