"""Makes an authority of the shop's own, and a certificate of it for the gateway: `make tls`.

Devices trust the authority once; it stays when the suite is reset, and makes each later certificate. It can
only vouch for private addresses and for names that no public site has.
"""

import ipaddress
import socket
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.local.tls import TlsFiles
from libs.common.private_file import private_file
from libs.servers.processes import ServerFailed

AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 800  # devices of Apple take no more than 825
LAST_DAYS = timedelta(days=60)
LOCAL_NAMES = ("localhost", "local", "lan", "home.arpa", "internal")
"""Everything below these is the shop's own network's, as names without a dot are."""
PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")

PrivateKey = ec.EllipticCurvePrivateKey
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def make_certificate(files: TlsFiles, names: Sequence[str], now: datetime) -> list[str]:
    """Make the gateway's certificate for these names and addresses, by default as before or this machine's.

    The authority is made if there is none. Returns the names. Raises `ServerFailed` if it cannot vouch for
    one of them, or its key is missing.
    """
    names = names or names_in(files) or _first_names(files)
    files.folder.mkdir(mode=0o700, exist_ok=True)
    if not files.authority.exists():
        _make_authority(files, names, now)
    if not files.authority_key.exists():
        raise ServerFailed(
            f"the key of the authority is missing: put it back as {files.authority_key},\n"
            f"or delete {files.folder} and repeat: every device has to trust the new one"
        )
    authority = _read(files.authority)
    if others := [name for name in names if not _may_vouch(authority, name)]:
        raise ServerFailed(
            f"the authority was made without {', '.join(others)}\n"
            f"delete {files.folder} and repeat: every device has to trust the new one"
        )
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(names, key, authority, _key(files.authority_key), now)
    with private_file(files.gateway_key, _pem(key)), private_file(files.gateway, _text(certificate)):
        pass
    return list(names)


def certified_names(files: TlsFiles, now: datetime) -> list[str]:
    """The names of the gateway's certificate, which is made if there is none, and anew in its last days.

    Also if its key is not there, or another's: it was being made, and was cut off. Devices accept a new one
    of the authority that they trust. Without the authority's key the certificate stays as it is.
    """
    has_authority = files.authority.exists() and files.authority_key.exists()
    if not _is_whole(files) or (has_authority and _ends(files.gateway) < now + LAST_DAYS):
        return make_certificate(files, [], now)
    return names_in(files)


def _is_whole(files: TlsFiles) -> bool:
    if not (files.gateway.exists() and files.gateway_key.exists()):
        return False
    return _key(files.gateway_key).public_key() == _read(files.gateway).public_key()


def names_in(files: TlsFiles) -> list[str]:
    """The names and addresses of the gateway's certificate; none if there is none."""
    if not files.gateway.exists():
        return []
    found = _read(files.gateway).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(each.value) for each in found]


def fingerprint(files: TlsFiles) -> str:
    """The authority's fingerprint, to compare on a device before it is trusted."""
    return _read(files.authority).fingerprint(hashes.SHA256()).hex(":").upper()


def names_of_this_machine() -> list[str]:
    """The name and the private addresses by which devices reach this machine, and those it has for itself."""
    host = socket.gethostname().partition(".")[0].lower()
    addresses = [
        each.address
        for interface in psutil.net_if_addrs().values()
        for each in interface
        if each.family == socket.AF_INET and _is_private(each.address)
    ]
    return list(dict.fromkeys([host, f"{host}.local", "localhost", *addresses, "127.0.0.1"]))


def _first_names(files: TlsFiles) -> list[str]:
    """Those of this machine. An authority whose first certificate was cut off has its own names too."""
    of_machine = names_of_this_machine()
    if not files.authority.exists():
        return of_machine
    authority = _read(files.authority)
    own = [each for each in _permitted(authority) if isinstance(each, str) and each not in LOCAL_NAMES]
    vouched = (name for name in of_machine if _may_vouch(authority, name))
    return list(dict.fromkeys([*own, *vouched]))


def _is_private(address: str) -> bool:
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(network) for network in PRIVATE)


def _make_authority(files: TlsFiles, names: Iterable[str], now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Mostrador {socket.gethostname()}")])
    own = [each for each in map(_general, names) if isinstance(each, x509.DNSName)]
    permitted: list[x509.GeneralName] = [
        *own,
        *(x509.DNSName(each) for each in LOCAL_NAMES),
        *(x509.IPAddress(ipaddress.ip_network(network)) for network in PRIVATE),
    ]
    authority = (
        _begun(name, name, key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .sign(key, hashes.SHA256())
    )
    with private_file(files.authority, _text(authority)), private_file(files.authority_key, _pem(key)):
        pass


def _certificate(
    names: Sequence[str], key: PrivateKey, authority: x509.Certificate, by: PrivateKey, now: datetime
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    return (
        _begun(subject, authority.subject, key.public_key(), now, CERTIFICATE_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(map(_general, names)), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .sign(by, hashes.SHA256())
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    """Valid from yesterday on: clocks of devices differ."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _may_vouch(authority: x509.Certificate, name: str) -> bool:
    return any(_covers(each, _general(name).value) for each in _permitted(authority))


def _permitted(authority: x509.Certificate) -> list[object]:
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return [each.value for each in constraints.permitted_subtrees or ()]


def _covers(permitted: object, asked: object) -> bool:
    if isinstance(permitted, str):
        return isinstance(asked, str) and f".{asked}".endswith(f".{permitted}")
    return isinstance(permitted, Network) and isinstance(asked, Address) and asked in permitted


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _key(path: Path) -> PrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, PrivateKey)
    return key


def _text(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _ends(path: Path) -> datetime:
    return _read(path).not_valid_after_utc


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())
