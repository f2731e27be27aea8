"""Key rotation ends no session; only withdrawing a key does."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from libs.common.auth.keys import SigningKey
from libs.common.auth.tokens import TokenSigner, TokenVerifier, key_id
from libs.common.calls.remote_keys import REFRESH_SECONDS, UNKNOWN_KEY_REFRESH_SECONDS, RemoteKeys
from libs.common.calls.session import HttpSession
from libs.common.errors import Unauthenticated
from libs.testing.clock import FakeClock
from services.auth import keys as command
from services.auth.clients.signing_keys import SigningKeys, read_keys
from services.auth.domain.signing_keys import LONGEST_TOKEN, SIGNS_AFTER
from services.auth.tests.builders import signing_keys

CLAIMS = {
    "user_id": 7,
    "username": "laura",
    "email": "laura@example.com",
    "role": "EMPLOYEE",
    "roles": ["employee"],
    "sid": "1",
    "token_type": "access",
}
FIRST = "2026-03-01"


class Shop:
    """auth with its folder of keys, and a remote service that verifies its tokens."""

    def __init__(self, folder: Path, clock: FakeClock, verifier: TokenVerifier, remote: RemoteKeys) -> None:
        self.folder = folder
        self.clock = clock
        self.keys = SigningKeys(folder, clock)
        self._signer = TokenSigner(self.keys.active, issuer="i", audience="a")
        self._verifier = verifier
        self.remote = remote

    def log_in(self) -> str:
        return self._signer.sign(CLAIMS, int(LONGEST_TOKEN.total_seconds()), self.clock())

    async def wait(self, seconds: float) -> None:
        """Advance the clock; then auth reads its folder and the verifier fetches auth's keys."""
        self.clock.advance(seconds=seconds)
        self.keys.look_again(*read_keys(self.folder))
        await self.remote.key("something unknown")  # an unknown kid makes it fetch again

    async def is_in(self, token: str) -> bool:
        try:
            return (await self._verifier.verify(token)).username == "laura"
        except Unauthenticated:
            return False


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    clock, session, app = FakeClock(), HttpSession(), web.Application()
    folder = signing_keys(tmp_path, SigningKey.generate(FIRST))

    async def publish(_: web.Request) -> web.Response:
        return web.Response(body=working.keys.document, content_type="application/json")

    app.router.add_get("/jwks.json", publish)
    async with TestServer(app) as server:
        url = str(server.make_url("/jwks.json"))
        remote = RemoteKeys(url, session, now=lambda: clock().timestamp())
        verifier = TokenVerifier(remote, issuer="i", audience="a", clock=clock)
        working = Shop(folder, clock, verifier, remote)
        yield working
        await session.close()


async def test_nobody_is_logged_out_by_a_rotation(shop: Shop) -> None:
    before = shop.log_in()
    command.rotate(shop.folder, shop.clock())
    await shop.wait(REFRESH_SECONDS)
    between = shop.log_in()
    await shop.wait(SIGNS_AFTER.total_seconds())
    after = shop.log_in()

    assert [key_id(token) for token in (before, between)] == [FIRST, FIRST]
    assert key_id(after) > FIRST
    assert [await shop.is_in(token) for token in (before, between, after)] == [True, True, True]


async def test_a_verifier_knows_the_new_key_before_its_first_token_comes(shop: Shop) -> None:
    command.rotate(shop.folder, shop.clock())
    await shop.wait(UNKNOWN_KEY_REFRESH_SECONDS)
    newest = max(read_keys(shop.folder)[0])
    assert shop.keys.active().kid == FIRST
    assert await shop.remote.key(newest)


async def test_the_last_token_of_the_old_key_ends_before_the_key_is_retired(shop: Shop) -> None:
    command.rotate(shop.folder, shop.clock())
    await shop.wait(SIGNS_AFTER.total_seconds() - 1)
    last = shop.log_in()
    assert key_id(last) == FIRST
    assert command.retire(shop.folder, shop.clock()).startswith("Nothing to retire")

    await shop.wait(LONGEST_TOKEN.total_seconds() - 1)
    assert command.retire(shop.folder, shop.clock()).startswith("Nothing to retire")
    assert await shop.is_in(last)

    await shop.wait(2 + SIGNS_AFTER.total_seconds())
    assert not await shop.is_in(last)
    assert command.retire(shop.folder, shop.clock()) == f"retired: {FIRST}"


async def test_a_withdrawn_keys_tokens_die_and_those_of_the_next_key_live(shop: Shop) -> None:
    stolen = shop.log_in()
    command.rotate(shop.folder, shop.clock())
    await shop.wait(REFRESH_SECONDS)
    command.withdraw(shop.folder, FIRST)
    await shop.wait(REFRESH_SECONDS)

    assert not await shop.is_in(stolen)
    assert await shop.is_in(shop.log_in())


async def test_the_key_that_signs_may_be_withdrawn_before_the_next_one_is_known(shop: Shop) -> None:
    stolen = shop.log_in()
    assert await shop.is_in(stolen)
    command.rotate(shop.folder, shop.clock())
    command.withdraw(shop.folder, FIRST)
    await shop.wait(UNKNOWN_KEY_REFRESH_SECONDS)

    assert await shop.is_in(shop.log_in())
    assert not await shop.is_in(stolen)
