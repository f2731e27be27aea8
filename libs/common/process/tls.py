"""A port that speaks TLS."""

import ssl
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tls:
    """Where a process speaks TLS, beside its other ports, and the certificate that it presents."""

    host: str
    port: int
    certificate: Path
    """With the chain to its authority, unless that has signed it itself."""
    key: Path

    def context(self) -> ssl.SSLContext:
        """The server's side of a connection."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context
