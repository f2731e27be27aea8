"""Makes the keys of a suite in containers at its first start: `python keys.py FOLDER`.

FOLDER has a folder for each service and the gateway, each on its own volume, so that a container sees only
its own private key: `<name>/service.pem`, and `<name>/services.jwks.json` with the public keys
of all. auth's keys for signing user tokens are in `signing/`.
"""

import sys
from pathlib import Path

import orjson

from libs.common.auth.keys import SigningKey, jwks
from libs.common.clock import system_clock

KEY_HOLDERS = ("auth", "catalog", "sales", "customers", "analytics", "chatbot", "gateway")
OWNER_AND_GROUP_ONLY = 0o640  # root owns the files; the services' group may read them


def make_keys(folder: Path) -> None:
    """Make missing keys; existing ones stay."""
    signing = folder / "signing"
    if not any(signing.glob("*.pem")):
        # later keys are made by `python -m services.auth.keys rotate`
        _write(signing / f"{system_clock():%Y-%m-%d}.pem", SigningKey.generate("signing").pem())
    keys = [_service_key(folder / service / "service.pem", service) for service in KEY_HOLDERS]
    for service in KEY_HOLDERS:
        _write(folder / service / "services.jwks.json", orjson.dumps(jwks(keys)))


def _service_key(path: Path, service: str) -> SigningKey:
    if path.exists():
        return SigningKey.from_pem(service, path.read_bytes())
    key = SigningKey.generate(service)
    _write(path, key.pem())
    return key


def _write(path: Path, content: bytes) -> None:
    """Write a file atomically that only its owner and group may read."""
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.touch(mode=OWNER_AND_GROUP_ONLY)
    unfinished.write_bytes(content)
    unfinished.rename(path)


if __name__ == "__main__":
    make_keys(Path(sys.argv[1]))
