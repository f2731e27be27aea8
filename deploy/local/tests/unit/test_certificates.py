"""The authority of `make tls` vouches for the gateway's names on the shop's network, and for nothing else."""

import asyncio
import ssl
import stat
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.local.certificates import (
    CERTIFICATE_DAYS,
    LAST_DAYS,
    certified_names,
    fingerprint,
    make_certificate,
    names_in,
    names_of_this_machine,
)
from deploy.local.tls import TlsFiles
from libs.common.clock import system_clock
from libs.common.process.tls import Tls
from libs.servers.processes import ServerFailed
from libs.testing.disks import small_disk

NAMES = ("caja", "caja.local", "192.168.1.20", "tienda.example.com")
MADE = datetime(2026, 1, 1, tzinfo=UTC)
RENEWED_FROM = MADE + timedelta(days=CERTIFICATE_DAYS) - LAST_DAYS
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def files(tmp_path: Path) -> TlsFiles:
    return TlsFiles(tmp_path / "tls")


def made(files: TlsFiles, names: Sequence[str] = NAMES) -> list[str]:
    return make_certificate(files, names, system_clock())


@pytest.mark.parametrize("name", NAMES)
def test_who_trusts_the_authority_trusts_the_gateway_by_each_of_its_names(files: TlsFiles, name: str) -> None:
    assert made(files) == list(NAMES) == names_in(files)
    shake_hands(files, name)


def test_another_name_is_not_trusted(files: TlsFiles) -> None:
    made(files)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(files, "otra.local")


def test_on_a_full_disk_certificate_and_key_stay_those_of_before(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kib=64) as disk:
        files = TlsFiles(disk.folder / "tls")
        made(files)
        disk.fill()
        disk.make_room_for(kib=4)  # one file of the two
        with pytest.raises(OSError, match="No space left"):
            made(files, ["localhost"])
        shake_hands(files, NAMES[0])


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("names_before", [(), NAMES], ids=["the first certificate", "another certificate"])
@pytest.mark.parametrize("renames", [1, 2, 3])
def test_what_was_cut_off_between_two_files_is_made_whole_by_the_next_start(
    files: TlsFiles, monkeypatch: pytest.MonkeyPatch, names_before: Sequence[str], renames: int
) -> None:
    if names_before:
        made(files, names_before)
    with monkeypatch.context() as patched, suppress(Killed):
        _be_killed_after(patched, renames)
        made(files, ["caja"])
    names = certified_names(files, system_clock())
    for name in names:
        shake_hands(files, name)


def test_the_names_that_were_asked_for_outlive_a_kill_before_their_certificate(
    files: TlsFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched, suppress(Killed):
        _be_killed_after(patched, renames=2)
        made(files, ["caja"])
    assert made(files, [])[0] == "caja"


def _be_killed_after(patched: pytest.MonkeyPatch, renames: int) -> None:
    rename, left = Path.rename, iter(range(renames))

    def renamed(self: Path, target: Path) -> Path:
        for _ in left:
            return rename(self, target)
        raise Killed

    patched.setattr(Path, "rename", renamed)


def test_a_certificate_without_its_key_whose_authority_is_elsewhere_says_what_is_missing(
    files: TlsFiles,
) -> None:
    made(files)
    files.gateway_key.unlink()
    files.authority_key.unlink()
    with pytest.raises(ServerFailed, match="key of the authority"):
        certified_names(files, system_clock())


def test_the_authority_stays_when_names_are_added(files: TlsFiles) -> None:
    made(files)
    trusted = files.authority.read_bytes()
    assert made(files, ["10.1.2.3", "almacen.lan"]) == ["10.1.2.3", "almacen.lan"]
    assert files.authority.read_bytes() == trusted
    shake_hands(files, "10.1.2.3")


@pytest.mark.parametrize("name", ["example.com", "8.8.8.8", "notienda.example.com"])
def test_the_authority_does_not_vouch_for_what_is_not_the_shops(files: TlsFiles, name: str) -> None:
    made(files)
    with pytest.raises(ServerFailed, match=f"without {name}"):
        made(files, [name])


def test_without_names_those_before_are_kept_and_first_this_machines(files: TlsFiles) -> None:
    assert made(files, []) == names_of_this_machine()
    kept = made(files, ["caja.local"])
    assert made(files, []) == kept == ["caja.local"]


def test_keys_are_read_by_their_owner_only(files: TlsFiles) -> None:
    made(files)
    for key in (files.authority_key, files.gateway_key):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(fingerprint(files).split(":")) == 32


def test_a_certificate_of_an_earlier_year_has_lapsed(files: TlsFiles) -> None:
    make_certificate(files, NAMES, datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        shake_hands(files, NAMES[0])


def test_a_certificate_is_made_anew_in_its_last_days_by_the_authority_that_devices_trust(
    files: TlsFiles,
) -> None:
    make_certificate(files, NAMES, MADE)
    trusted, first = files.authority.read_bytes(), files.gateway.read_bytes()
    assert certified_names(files, RENEWED_FROM) == list(NAMES)
    assert files.gateway.read_bytes() == first
    assert certified_names(files, RENEWED_FROM + A_SECOND) == list(NAMES)
    assert files.gateway.read_bytes() != first
    assert files.authority.read_bytes() == trusted


def test_a_certificate_whose_authority_is_elsewhere_stays(files: TlsFiles) -> None:
    make_certificate(files, NAMES, MADE)
    first = files.gateway.read_bytes()
    files.authority_key.unlink()
    assert certified_names(files, RENEWED_FROM + A_SECOND) == list(NAMES)
    assert files.gateway.read_bytes() == first


def test_where_there_is_no_certificate_it_is_made(files: TlsFiles) -> None:
    assert certified_names(files, MADE) == names_of_this_machine() == names_in(files)


async def test_a_client_that_connects_and_stays_silent_is_dropped(files: TlsFiles) -> None:
    made(files)
    port = Tls("127.0.0.1", 0, files.gateway, files.gateway_key, handshake_seconds=0.05)
    async with await port.listen(asyncio.Protocol, backlog=1) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await asyncio.wait_for(reader.read(), timeout=30) == b""
        writer.close()


def shake_hands(files: TlsFiles, name: str) -> None:
    """Begin TLS as a device that trusts the authority alone; raises what the device would complain of."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(files.authority)
    served = Tls("", 0, files.gateway, files.gateway_key).context()
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    device = client.wrap_bio(to_client, to_server, server_hostname=name)
    gateway = served.wrap_bio(to_server, to_client, server_side=True)
    waiting = [device, gateway]
    for _ in range(10):
        for side in list(waiting):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(side)
    assert not waiting
