"""Makes the keys of a suite on this machine at its first start."""

import json
import secrets
from pathlib import Path

from deploy.local.tls import borrowed_by
from libs.common.clock import system_clock
from libs.common.private_file import write_private
from libs.services import PARTS

PASSWORD_BYTES = 12


class Keys:
    """Key files in a folder: for user tokens in `signing/`, service tokens in `services/`, TLS in `tls/`.

    `first_owner` has the password of the first OWNER of a shop without the demo, if none is given.
    """

    def __init__(self, folder: Path) -> None:
        self.signing = folder / "signing"
        self.services = folder / "services"
        self.services_jwks = folder / "services.jwks.json"
        self.tls = borrowed_by(folder)
        self.first_owner = folder / "first-owner"

    def service_key(self, service: str) -> Path:
        """A service's private key."""
        return self.services / f"{service}.pem"

    def make(self) -> None:
        """Make missing keys; existing ones stay."""
        from libs.common.auth.keys import SigningKey, jwks

        for folder in (self.signing, self.services):
            folder.mkdir(mode=0o700, exist_ok=True)
        if not any(self.signing.glob("*.pem")):
            # later keys are made by `python -m services.auth.keys rotate`
            _make(self.signing / f"{system_clock():%Y-%m-%d}.pem")
        if not self.first_owner.exists():
            write_private(self.first_owner, secrets.token_urlsafe(PASSWORD_BYTES))
        missing = [name for name in PARTS if not self.service_key(name).exists()]
        for name in missing:
            _make(self.service_key(name))
        if missing or not self.services_jwks.exists():
            public = jwks(SigningKey.from_file(self.service_key(name)) for name in PARTS)
            write_private(self.services_jwks, json.dumps(public, indent=2))


def _make(path: Path) -> None:
    from libs.common.auth.keys import SigningKey

    write_private(path, SigningKey.generate(path.stem).pem().decode())
