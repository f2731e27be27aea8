"""Builds the gateway's dependencies."""

from dataclasses import dataclass
from typing import Self

from gateway.addresses import TrustedProxies
from gateway.documents import ApiDocuments
from gateway.limits import RateLimits
from gateway.proxy import Proxy
from gateway.revocations.state import Revocations
from gateway.settings import GatewaySettings
from libs.common.auth.keys import read_private_file
from libs.common.auth.service_tokens import ServiceTokenSigner
from libs.common.auth.tokens import TokenVerifier
from libs.common.calls.client import ServiceClient
from libs.common.calls.remote_keys import RemoteKeys
from libs.common.calls.session import HttpSession
from libs.common.clock import Clock, system_clock
from libs.common.messaging.broker import Broker


@dataclass(frozen=True, slots=True)
class GatewayDeps:
    """Connections to services and broker, and the state of tokens, sessions and rate limits."""

    settings: GatewaySettings
    proxy: Proxy
    keys: RemoteKeys
    verifier: TokenVerifier
    revocations: Revocations
    limits: RateLimits
    trusted_proxies: TrustedProxies
    documents: ApiDocuments
    session: HttpSession
    broker: Broker
    auth: ServiceClient
    clock: Clock

    @classmethod
    def build(cls, settings: GatewaySettings) -> Self:
        """Build them from the settings. Raises `UnusableKey`."""
        session = HttpSession()
        keys = RemoteKeys(settings.jwks_url, session)
        broker = Broker(settings.amqp_url, prefix=settings.amqp_prefix, name="gateway", declares=False)
        auth = ServiceClient(
            "auth",
            settings.auth_url,
            ServiceTokenSigner("gateway", read_private_file(settings.service_key_file), clock=system_clock),
            session,
        )
        return cls(
            settings=settings,
            proxy=Proxy(
                settings.upstreams(),
                requests_max=settings.upstream_requests_max,
                upload_seconds=settings.request_body_seconds,
            ),
            keys=keys,
            verifier=TokenVerifier(
                keys, issuer=settings.token_issuer, audience=settings.token_audience, clock=system_clock
            ),
            revocations=Revocations(),
            limits=RateLimits(settings.rate_limit_per_user, settings.rate_limit_per_address),
            trusted_proxies=TrustedProxies(settings.trusted_proxies),
            documents=ApiDocuments(settings.upstreams(), session),
            session=session,
            broker=broker,
            auth=auth,
            clock=system_clock,
        )

    async def open(self) -> None:
        """Open the pools and start connecting to the broker."""
        await self.proxy.open()
        await self.broker.open()

    async def close(self) -> None:
        """Close them."""
        await self.broker.close()
        await self.proxy.close()
        await self.session.close()
