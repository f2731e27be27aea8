"""The pages over TLS, by a certificate of the shop's own authority: they need it on other devices."""

import base64
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from playwright.sync_api import Browser, expect

from deploy.local.certificates import make_certificate
from deploy.local.layout import ROOT
from deploy.local.suite import LocalSuite
from deploy.local.tls import TlsFiles
from libs.common.clock import system_clock
from libs.servers.processes import LOOPBACK, free_ports
from tests.e2e.waiting import eventually
from tests.suites import settings_for_processes
from tests.web.browser import QUIET, without_windows
from tests.web.people import log_in
from tests.web.waiting import SERVED_BY_WORKER, until

NAME = "caja.local"
WITHOUT_TLS = "otra.local"
"""A browser does not go back to http at the name whose TLS it has seen."""


@pytest.fixture
def files(tmp_path: Path) -> TlsFiles:
    """The authority, and a certificate for the till's address."""
    files = TlsFiles(tmp_path / "tls")
    make_certificate(files, [NAME, "localhost", "127.0.0.1"], system_clock())
    return files


@pytest.fixture
def address(suite: LocalSuite, files: TlsFiles) -> Iterator[str]:
    """The address of one more gateway of the suite, which speaks TLS."""
    with gateway_with_tls(suite, files) as port:
        yield f"https://{NAME}:{port}"


def test_a_device_that_trusts_the_authority_opens_the_till_with_its_worker(
    address: str, browser: Browser, files: TlsFiles, suite: LocalSuite
) -> None:
    trusting = [
        "--host-resolver-rules=MAP *.local 127.0.0.1",
        f"--ignore-certificate-errors-spki-list={key_of(files.gateway)}",
    ]
    another = browser.browser_type.launch(executable_path=without_windows(), args=[*QUIET, *trusting])
    page = another.new_page(base_url=address, locale="es-MX")
    log_in(page, "/till/")
    until(page, SERVED_BY_WORKER)
    assert page.evaluate("isSecureContext && 'serial' in navigator")
    for path in ("/till/", "/owner/"):
        page.goto(suite.gateway_url.replace(LOOPBACK, WITHOUT_TLS) + path)
        expect(page.get_by_role("alert")).to_contain_text("solo funciona en una dirección segura")
        expect(page.get_by_label("Contraseña")).to_have_count(0)
    another.close()


@contextmanager
def gateway_with_tls(suite: LocalSuite, files: TlsFiles) -> Iterator[int]:
    """One more gateway in the block; gives its port with TLS, once a client that trusts is answered."""
    port, plain, internal = free_ports(3)
    settings = {
        "PORT": str(plain),
        "INTERNAL_PORT": str(internal),
        "TLS_HOST": LOOPBACK,
        "TLS_PORT": str(port),
        "TLS_CERTIFICATE_FILE": str(files.gateway),
        "TLS_KEY_FILE": str(files.gateway_key),
    }
    with settings_for_processes({**suite.environment_of("gateway"), **settings}):
        gateway = subprocess.Popen([sys.executable, "-m", "gateway.main"], cwd=ROOT)
    try:
        eventually(lambda: assert_answers(f"https://localhost:{port}", files.authority), within_seconds=20)
        assert_answers(f"http://{LOOPBACK}:{plain}", files.authority)
        yield port
    finally:
        gateway.terminate()
        gateway.wait()


def assert_answers(url: str, authority: Path) -> None:
    """The gateway there answers who trusts this authority alone."""
    try:
        answer = httpx.get(
            f"{url}/health", timeout=30, verify=ssl.create_default_context(cafile=str(authority))
        )
    except httpx.TransportError as error:
        raise AssertionError(f"{url} does not answer") from error
    assert answer.is_success


def key_of(certificate: Path) -> str:
    """The hash of its key, by which a browser is told to trust it as if the authority were installed."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    written = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(written)
    return base64.b64encode(digest.finalize()).decode()
