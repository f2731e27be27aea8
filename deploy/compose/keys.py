"""Which keys does a suite in containers sign with? Its own, made at the first start: `python keys.py FOLDER`.

FOLDER has a folder per service, each on a volume of its own, so that a container sees its own private key and
no other: `<service>/service.pem`, and `<service>/services.jwks.json` with the public keys of all. The keys
that auth signs user tokens with are in `signing/`.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import orjson

from libs.common.auth.keys import SigningKey, jwks
from libs.common.clock import system_clock

SERVICES = ("auth", "catalog", "sales", "customers", "analytics", "chatbot")
OWNER_AND_GROUP_ONLY = 0o640  # root owns them; the services' group reads


def make_keys(folder: Path) -> None:
    """Make what is missing; keys that are there stay."""
    signing = folder / "signing"
    if not any(signing.glob("*.pem")):
        # auth signs with the last one by name: a key added on another day takes over
        _write(signing / f"{system_clock():%Y-%m-%d}.pem", SigningKey.generate("signing").pem())
    keys = {service: _service_key(folder / service / "service.pem", service) for service in SERVICES}
    for service in SERVICES:
        _write(folder / service / "services.jwks.json", public_keys(keys))


def public_keys(keys: Mapping[str, SigningKey]) -> bytes:
    """The document by which services know one another: a key's id is its service's name."""
    return orjson.dumps(jwks(keys.values()), option=orjson.OPT_INDENT_2)


def _service_key(path: Path, service: str) -> SigningKey:
    if path.exists():
        return SigningKey.from_pem(service, path.read_bytes())
    key = SigningKey.generate(service)
    _write(path, key.pem())
    return key


def _write(path: Path, content: bytes) -> None:
    """A file that only its owner and group may read, whole or not at all."""
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.touch(mode=OWNER_AND_GROUP_ONLY)
    unfinished.write_bytes(content)
    unfinished.rename(path)


if __name__ == "__main__":
    make_keys(Path(sys.argv[1]))
