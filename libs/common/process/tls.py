"""A port that speaks TLS."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from libs.common.auth.keys import UnusableKey

GOODBYE_SECONDS = 5.0
"""The time for a client to say that it has closed its side too."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Where a process speaks TLS, beside its other ports, and the certificate that it presents."""

    host: str
    port: int
    certificate: Path
    """With the chain to its authority, unless that has signed it itself."""
    key: Path
    handshake_seconds: float = 10.0
    """The time for a client to say who it wants to speak with."""

    async def listen(self, protocol: Callable[[], asyncio.Protocol], *, backlog: int) -> asyncio.Server:
        """Open the port. A client that connects and stays silent is dropped.

        The protocol, whose limits hold for all others, never hears of such a one.
        """
        return await asyncio.get_running_loop().create_server(
            protocol,
            self.host,
            self.port,
            ssl=self.context(),
            ssl_handshake_timeout=self.handshake_seconds,
            ssl_shutdown_timeout=GOODBYE_SECONDS,
            backlog=backlog,
        )

    def context(self) -> ssl.SSLContext:
        """The server's side of a connection. Raises `UnusableKey`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            context.load_cert_chain(self.certificate, self.key)
        except OSError as error:  # also if one does not belong to the other
            raise UnusableKey(
                f"{self.certificate} and {self.key} are no certificate with its key: {error.strerror}"
            ) from error
        return context
