"""The public keys are open to everybody and may be cached for a minute (contract §2)."""

import pytest
from httpx import AsyncClient

from libs.common.auth.keys import SigningKey, parse_jwks
from libs.testing.waiting import eventually
from services.auth.clients import signing_keys
from services.auth.clients.signing_keys import write_key
from services.auth.settings import AuthSettings

JWKS = "/.well-known/jwks.json"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "LOOK_AGAIN_SECONDS", 0.05)


async def test_anybody_gets_the_public_keys_and_nothing_private(client: AsyncClient) -> None:
    response = await client.get(JWKS)
    assert response.status_code == 200
    assert parse_jwks(response.json()).keys() == {"2026-03-01"}
    assert response.headers["cache-control"] == "public, max-age=60"
    assert response.headers["content-type"] == "application/json"
    (key,) = response.json()["keys"]
    assert key.keys() == {"kty", "crv", "use", "alg", "kid", "x"}


@pytest.mark.parametrize("form", ["{etag}", "W/{etag}", '"other", {etag}', "*"])
async def test_who_has_them_already_is_told_so(client: AsyncClient, form: str) -> None:
    etag = (await client.get(JWKS)).headers["etag"]
    response = await client.get(JWKS, headers={"If-None-Match": form.format(etag=etag)})
    assert (response.status_code, response.content) == (304, b"")
    assert (response.headers["etag"], response.headers["cache-control"]) == (etag, "public, max-age=60")


async def test_who_has_others_gets_them(client: AsyncClient) -> None:
    response = await client.get(JWKS, headers={"If-None-Match": '"others"'})
    assert response.status_code == 200


async def test_a_key_that_comes_is_published_without_a_restart(
    client: AsyncClient, settings: AuthSettings
) -> None:
    before = (await client.get(JWKS)).headers["etag"]
    write_key(settings.signing_keys_dir, SigningKey.generate("2026-03-02T180000Z"))

    async def both() -> bool:
        return len((await client.get(JWKS)).json()["keys"]) == 2

    await eventually(both)
    response = await client.get(JWKS, headers={"If-None-Match": before})
    assert response.status_code == 200
