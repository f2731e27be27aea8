"""The environment variables of the gateway."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from gateway.addresses import TrustedProxies
from gateway.guard.places import PlaceLimits
from gateway.limits import Rate
from gateway.outgoing import origins_of
from libs.common.process.tls import Tls
from libs.common.settings import HttpUrl, Port, ProcessSettings


def _readable_by(read: Callable[[str], object]) -> AfterValidator:
    """Refuses a text that `read` does not take, by its `ValueError`."""

    def checked(text: str) -> str:
        read(text)
        return text

    return AfterValidator(checked)


RateText: TypeAlias = Annotated[str, _readable_by(Rate.parse)]
Seconds: TypeAlias = Annotated[float, Field(gt=0)]


class GatewaySettings(ProcessSettings):
    """Addresses of the services and limits of the public door.

    Addresses, rates and origins have no defaults: a gateway without them refuses to start.
    """

    auth_url: HttpUrl
    """The address of auth."""
    catalog_url: HttpUrl
    """The address of catalog."""
    sales_url: HttpUrl
    """The address of sales."""
    customers_url: HttpUrl
    """The address of customers."""
    analytics_url: HttpUrl
    """The address of analytics."""
    chatbot_url: HttpUrl
    """The address of chatbot."""

    internal_port: Port
    """The only port for `/livez`, `/readyz` and `/metrics`."""

    tls_certificate_file: Path | None = None
    """The certificate (PEM, with its chain) by which the gateway speaks TLS at `TLS_PORT` too; without it, a
    proxy does that."""
    tls_key_file: Path | None = Field(default=None, validate_default=True)
    """The key of that certificate (PEM)."""
    tls_host: str = "0.0.0.0"  # noqa: S104 - it is for the devices of the shop's network
    """The address on which the gateway speaks TLS."""
    tls_port: Port = 8443
    """The port on which the gateway speaks TLS."""

    cors_origins: Annotated[str, _readable_by(origins_of)]
    """The origins whose pages may call from a browser: comma separated, `*` for all, empty for none."""
    trusted_proxies: Annotated[str, _readable_by(TrustedProxies)] = ""
    """The networks of proxies with trusted `X-Forwarded-For` and `-Proto`: `10.0.0.0/8`, comma separated."""

    rate_limit_per_user: RateText
    """The requests of one user at one gateway process, like `600/minute`."""
    rate_limit_per_address: RateText
    """The requests of one client address without a valid token at one gateway process, like `600/minute`."""

    connections_max: int = 2_000
    """The maximum of client connections; a further one replaces an idle one or is answered 503."""
    connections_per_address: int = 200
    """The maximum of connections of one address (IPv6: a /64) that is no trusted proxy's, at least 1; one too
    many is answered 429."""
    connections_reserved: int = Field(default=40, validate_default=True)
    """Of `CONNECTIONS_MAX`, those kept for addresses from which a valid token of staff came in the last 15
    minutes; less than `CONNECTIONS_MAX`."""
    request_head_seconds: Seconds = 10.0
    """The time limit for a request's head, from its first byte or from the start of the connection."""
    request_body_seconds: Seconds = 20.0
    """The time limit for a request's body, from the end of its head."""
    answer_stall_seconds: Seconds = 20.0
    """A client that reads nothing of its answer for this time is disconnected."""

    upstream_requests_max: int = Field(default=100, ge=1)
    """The maximum of concurrent requests to one service; further ones are answered 503."""

    @property
    def tls(self) -> Tls | None:
        """The port that speaks TLS, if there is one."""
        if self.tls_certificate_file is None or self.tls_key_file is None:
            return None
        return Tls(self.tls_host, self.tls_port, self.tls_certificate_file, self.tls_key_file)

    @field_validator("tls_key_file")
    @classmethod
    def _has_its_key(cls, key: Path | None, others: ValidationInfo) -> Path | None:
        if (others.data.get("tls_certificate_file") is None) != (key is None):
            raise ValueError("TLS_CERTIFICATE_FILE and TLS_KEY_FILE belong together")
        return key

    @property
    def places(self) -> PlaceLimits:
        """The limits of open connections."""
        return PlaceLimits(self.connections_max, self.connections_per_address, self.connections_reserved)

    @field_validator("connections_reserved")
    @classmethod
    def _leaves_places(cls, reserved: int, others: ValidationInfo) -> int:
        given = others.data
        if {"connections_max", "connections_per_address"} <= given.keys():
            PlaceLimits(given["connections_max"], given["connections_per_address"], reserved)
        return reserved

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
