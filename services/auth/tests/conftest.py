"""auth as it runs: its own keys, its own database, a broker."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import orjson
import pytest
from httpx import AsyncClient

from libs.common.auth.keys import SigningKey, jwks
from libs.common.auth.service_tokens import ServiceTokenSigner
from libs.testing.clock import FakeClock
from services.auth.deps import Deps, build_deps
from services.auth.main import create_app
from services.auth.settings import AuthSettings
from services.auth.tests.builders import signing_keys


@pytest.fixture(scope="session")
def service_name() -> str:
    return "auth"


@pytest.fixture(scope="session")
def service_keys() -> dict[str, SigningKey]:
    """The keys of those who call auth, and of one who may not."""
    return {name: SigningKey.generate(name) for name in ("gateway", "sales")}


@pytest.fixture
def settings(
    database_url: str,
    amqp_url: str,
    amqp_prefix: str,
    tmp_path: Path,
    service_keys: dict[str, SigningKey],
) -> AuthSettings:
    private_key = tmp_path / "auth.pem"
    private_key.write_bytes(SigningKey.generate("auth").pem())
    private_key.chmod(0o600)
    (tmp_path / "services.json").write_bytes(orjson.dumps(jwks(service_keys.values())))
    return AuthSettings(
        database_url=database_url,
        amqp_url=amqp_url,
        amqp_prefix=amqp_prefix,
        port=8101,
        jwks_url="http://127.0.0.1:8101/.well-known/jwks.json",
        service_key_file=private_key,
        service_keys_file=tmp_path / "services.json",
        signing_keys_dir=signing_keys(tmp_path, SigningKey.generate("2026-03-01")),
    )


@pytest.fixture
def deps(settings: AuthSettings, clock: FakeClock) -> Deps:
    return build_deps(settings, clock=clock)


@pytest.fixture
def called_by(service_keys: dict[str, SigningKey], clock: FakeClock) -> Callable[[str], dict[str, str]]:
    """The header of a service that calls auth."""

    def header(caller: str, audience: str = "auth") -> dict[str, str]:
        signer = ServiceTokenSigner(caller, service_keys[caller].pem(), clock=clock)
        return {"Authorization": f"Bearer {signer.token_for(audience)}"}

    return header


@pytest.fixture
async def client(
    deps: Deps, asgi_client: Callable[..., AbstractAsyncContextManager[AsyncClient]]
) -> AsyncIterator[AsyncClient]:
    async with asgi_client(create_app(deps)) as client:
        yield client
