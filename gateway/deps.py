"""What is the gateway made of? The one place that builds it."""

from dataclasses import dataclass
from typing import Self

from gateway.proxy import Proxy
from gateway.settings import GatewaySettings
from libs.common.auth.keys import RemoteKeys
from libs.common.auth.tokens import TokenVerifier
from libs.common.clock import Clock, system_clock
from libs.common.http.session import HttpSession


@dataclass(frozen=True, slots=True)
class GatewayDeps:
    """Connections to the services, and auth's public keys."""

    proxy: Proxy
    keys: RemoteKeys
    verifier: TokenVerifier
    session: HttpSession

    @classmethod
    def build(cls, settings: GatewaySettings, *, clock: Clock = system_clock) -> Self:
        """From the environment's settings."""
        session = HttpSession()
        keys = RemoteKeys(settings.jwks_url, session)
        return cls(
            proxy=Proxy(settings.upstreams(), connections_max=settings.upstream_connections_max),
            keys=keys,
            verifier=TokenVerifier(
                keys, issuer=settings.token_issuer, audience=settings.token_audience, clock=clock
            ),
            session=session,
        )

    async def open(self) -> None:
        """Open the pools."""
        await self.proxy.open()

    async def close(self) -> None:
        """Close them."""
        await self.proxy.close()
        await self.session.close()
