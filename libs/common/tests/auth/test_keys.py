"""Keys are read, published and fetched; auth may be away once its keys are known."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from libs.common.auth.keys import SigningKey, StaticKeys, UnusableKey, jwks, parse_jwks, read_private_file
from libs.common.calls.remote_keys import UNKNOWN_KEY_REFRESH_SECONDS, RemoteKeys
from libs.common.calls.session import HttpSession
from libs.common.errors import Unavailable
from libs.testing.clock import Stopwatch


class Auth:
    """Stands in for auth's key document."""

    def __init__(self, *keys: SigningKey) -> None:
        self.keys = list(keys)
        self.asked = 0
        self.down = False

    async def publish(self, _: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(status=503) if self.down else web.json_response(jwks(self.keys))


@asynccontextmanager
async def keys_from(auth: Auth, now: Stopwatch | None = None) -> AsyncIterator[RemoteKeys]:
    app = web.Application()
    app.router.add_get("/jwks.json", auth.publish)
    session = HttpSession()
    async with TestServer(app) as server:
        yield RemoteKeys(str(server.make_url("/jwks.json")), session, now=now or Stopwatch())
        await session.close()


async def test_a_published_key_is_found() -> None:
    key = SigningKey.generate("a")
    async with keys_from(Auth(key)) as keys:
        found = await keys.key("a")

    assert found
    assert found.public_bytes_raw() == key.private.public_key().public_bytes_raw()


async def test_without_any_key_ever_seen_auth_is_unavailable() -> None:
    auth = Auth(SigningKey.generate("a"))
    auth.down = True
    async with keys_from(auth) as keys:
        with pytest.raises(Unavailable):
            await keys.key("a")
        with pytest.raises(Unavailable):
            await keys.loaded()


async def test_keys_missing_at_the_start_are_there_as_soon_as_auth_is() -> None:
    auth, now = Auth(SigningKey.generate("a")), Stopwatch()
    auth.down = True
    async with keys_from(auth, now) as keys:
        with pytest.raises(Unavailable):
            await keys.key("a")
        auth.down = False
        now.seconds += 1

        assert await keys.key("a")
        await keys.loaded()


async def test_a_known_key_needs_no_auth() -> None:
    auth = Auth(SigningKey.generate("a"))
    async with keys_from(auth) as keys:
        await keys.key("a")
        auth.down = True

        assert await keys.key("a")
        assert auth.asked == 1


async def test_an_unknown_key_is_asked_for_at_most_every_few_seconds() -> None:
    auth, now = Auth(SigningKey.generate("a")), Stopwatch()
    async with keys_from(auth, now) as keys:
        for _ in range(10):
            assert await keys.key("b") is None
        assert auth.asked == 1

        auth.keys.append(SigningKey.generate("b"))
        now.seconds += UNKNOWN_KEY_REFRESH_SECONDS
        assert await keys.key("b")
        assert auth.asked == 2


async def test_a_failed_refresh_keeps_what_is_known() -> None:
    auth, now = Auth(SigningKey.generate("a")), Stopwatch()
    async with keys_from(auth, now) as keys:
        await keys.key("a")
        auth.down = True
        now.seconds += UNKNOWN_KEY_REFRESH_SECONDS

        assert await keys.key("b") is None
        assert await keys.key("a")


async def test_an_empty_key_document_does_not_log_everybody_out() -> None:
    auth, now = Auth(SigningKey.generate("a")), Stopwatch()
    async with keys_from(auth, now) as keys:
        await keys.key("a")
        auth.keys = []
        now.seconds += UNKNOWN_KEY_REFRESH_SECONDS

        await keys.key("b")
        assert await keys.key("a")


async def test_the_generation_rises_only_when_the_keys_change() -> None:
    auth, now = Auth(SigningKey.generate("a")), Stopwatch()
    async with keys_from(auth, now) as keys:
        await keys.key("a")
        loaded = keys.generation
        now.seconds += UNKNOWN_KEY_REFRESH_SECONDS
        await keys.key("unknown")
        assert keys.generation == loaded

        auth.keys = [SigningKey.generate("b")]
        now.seconds += UNKNOWN_KEY_REFRESH_SECONDS
        await keys.key("b")
        assert keys.generation == loaded + 1


def test_a_private_key_survives_its_file(tmp_path: Path) -> None:
    key, file = SigningKey.generate("2026-03"), tmp_path / "2026-03.pem"
    file.write_bytes(key.pem())
    file.chmod(0o600)

    assert SigningKey.from_file(file).jwk() == key.jwk()


def test_a_group_may_read_a_private_key(tmp_path: Path) -> None:
    file = tmp_path / "a.pem"
    file.write_bytes(b"secret")
    file.chmod(0o440)

    assert read_private_file(file) == b"secret"


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602, 0o620])
def test_a_private_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "a.pem"
    file.write_bytes(SigningKey.generate("a").pem())
    file.chmod(mode)

    with pytest.raises(UnusableKey, match="chmod 600"):
        SigningKey.from_file(file)


def test_a_missing_key_file_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UnusableKey, match=r"a\.pem: cannot be read: No such file"):
        SigningKey.from_file(tmp_path / "a.pem")


def test_a_key_of_another_kind_is_refused() -> None:
    rsa = generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(UnusableKey, match="not an Ed25519 key"):
        SigningKey.from_pem("a", rsa)


def test_something_else_than_a_key_is_refused() -> None:
    with pytest.raises(UnusableKey, match="not an unencrypted private key"):
        SigningKey.from_pem("a", b"hello")


def test_keys_of_other_kinds_in_a_document_are_left_out() -> None:
    document = jwks([SigningKey.generate("a")])
    document["keys"].append({"kty": "RSA", "kid": "b", "n": "AQAB", "e": "AQAB"})

    assert set(parse_jwks(document)) == {"a"}


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"keys": {}},
        {"keys": []},
        {"keys": [7]},
        {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a"}]},
        {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": "AAAA"}]},
        {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": 7}]},
    ],
)
def test_a_document_without_a_usable_key_is_refused(document: object) -> None:
    with pytest.raises(UnusableKey):
        parse_jwks(document)


def test_a_file_that_is_no_key_document_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text("{")
    with pytest.raises(UnusableKey, match="not JSON"):
        StaticKeys.from_file(file)
    with pytest.raises(UnusableKey, match="cannot be read"):
        StaticKeys.from_file(tmp_path / "none.json")
