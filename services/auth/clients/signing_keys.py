"""Which keys sign user tokens? The PEM files of one folder, read at start."""

from dataclasses import dataclass
from pathlib import Path

from libs.common.auth.keys import SigningKey, UnusableKey


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """One key signs; the public halves of all are published, so that older tokens stay good."""

    active: SigningKey
    published: tuple[SigningKey, ...]


def load_signing_keys(folder: Path, active: str | None = None) -> SigningKeys:
    """The keys in `<kid>.pem`. The one named `active` signs, else the last by name: the same in all replicas.

    Raises `UnusableKey` if there is none, or any of them can't be used.
    """
    keys = {path.stem: SigningKey.from_file(path) for path in sorted(folder.glob("*.pem"))}
    if not keys:
        raise UnusableKey(f"{folder}: no signing key (<kid>.pem)")
    kid = active or next(reversed(keys))
    if kid not in keys:
        raise UnusableKey(f"{folder}: no signing key named {kid}")
    return SigningKeys(active=keys[kid], published=tuple(keys.values()))
