"""The files of TLS on the shop's own network: an authority's, and those of the gateway (`make tls`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.layout import ROOT
from deploy.local.state import StateFolder
from deploy.local.switches import is_on
from libs.common.private_file import write_private


def speaks_tls(environment: Mapping[str, str]) -> bool:
    """Whether TLS asks for a port of the gateway that speaks it (`make up TLS=1`)."""
    return is_on("TLS", environment)


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The files of a folder, which a reset of the suite leaves alone; its keys are secret."""

    folder: Path = ROOT / ".tls"

    @property
    def authority(self) -> Path:
        """The authority, which devices trust; no secret."""
        return self.folder / "authority.crt"

    @property
    def authority_key(self) -> Path:
        """The key of the authority; the suite's processes never get it."""
        return self.folder / "authority.key"

    @property
    def gateway(self) -> Path:
        """The gateway's certificate."""
        return self.folder / "gateway.crt"

    @property
    def gateway_key(self) -> Path:
        """The key of the gateway's certificate."""
        return self.folder / "gateway.key"

    def lend(self, state: StateFolder) -> None:
        """Copy the gateway's certificate and key to the keys of a suite, whose processes may read them."""
        borrowed = borrowed_by(state.keys)
        state.make()
        borrowed.folder.mkdir(mode=0o700, exist_ok=True)
        for own, copy in ((self.gateway, borrowed.gateway), (self.gateway_key, borrowed.gateway_key)):
            write_private(copy, own.read_text())


def borrowed_by(keys: Path) -> TlsFiles:
    """The files that a suite has borrowed, in the folder of its keys."""
    return TlsFiles(keys / "tls")
