"""Access tokens name their bearer, and nothing that auth did not sign for us does."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from libs.common.auth.keys import KeySet, SigningKey, StaticKeys, jwks
from libs.common.auth.tokens import TOKEN_CHARS_MAX, TokenSigner, TokenVerifier
from libs.common.errors import Unauthenticated
from libs.testing.clock import START, FakeClock

KEY = SigningKey.generate("2026-03")
CLAIMS: dict[str, object] = {
    "user_id": 7,
    "username": "laura",
    "email": "laura@example.com",
    "role": "ADMIN",
    "roles": ["admin", "user"],
    "sid": "12",
    "token_type": "access",
    "jti": "a",
}


class CountingKeys(StaticKeys):
    def __init__(self, *keys: SigningKey) -> None:
        super().__init__(jwks(keys))
        self.asked = 0

    async def key(self, kid: str) -> Any:
        self.asked += 1
        return await super().key(kid)


class PublishedKeys:
    def __init__(self, *keys: SigningKey) -> None:
        self.generation = 0
        self.keys = StaticKeys(jwks(keys))

    def publish(self, *keys: SigningKey) -> None:
        self.keys = StaticKeys(jwks(keys))
        self.generation += 1

    async def key(self, kid: str) -> Any:
        return await self.keys.key(kid)


def a_token(
    key: SigningKey = KEY, *, issuer: str = "mostrador", audience: str = "mostrador", **claims: object
) -> str:
    signer = TokenSigner(key, issuer=issuer, audience=audience)
    return signer.sign({**CLAIMS, **claims}, lifetime_seconds=900, now=START)


def a_verifier(keys: KeySet | None = None, clock: FakeClock | None = None, **options: int) -> TokenVerifier:
    return TokenVerifier(
        keys or StaticKeys(jwks([KEY])),
        issuer="mostrador",
        audience="mostrador",
        clock=clock or FakeClock(),
        **options,
    )


async def assert_refused(token: str, verifier: TokenVerifier | None = None) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        await (verifier or a_verifier()).verify(token)
    assert refusal.value.reason == "invalid"


def a_segment(data: object) -> str:
    return urlsafe_b64encode(orjson.dumps(data)).rstrip(b"=").decode()


async def test_a_good_token_names_its_bearer() -> None:
    principal = await a_verifier().verify(a_token())

    assert (principal.user_id, principal.username, principal.email) == (7, "laura", "laura@example.com")
    assert (principal.role, principal.roles) == ("ADMIN", frozenset({"admin", "user"}))
    assert principal.session_id == "12"
    assert principal.expires_at == int(START.timestamp()) + 900
    assert principal.is_staff
    assert principal.is_admin


async def test_a_token_is_refused_from_the_second_it_expires() -> None:
    clock = FakeClock()
    verifier = a_verifier(clock=clock)
    token = a_token()
    clock.set(START + timedelta(seconds=899))
    await verifier.verify(token)

    clock.set(START + timedelta(seconds=900))

    await assert_refused(token, verifier)


async def test_a_token_that_was_expired_when_first_seen_is_refused() -> None:
    clock = FakeClock()
    clock.set(START + timedelta(days=1))
    await assert_refused(a_token(), a_verifier(clock=clock))


def a_token_with(**times: object) -> str:
    claims = {**CLAIMS, "iss": "mostrador", "aud": "mostrador", "exp": int(START.timestamp()) + 900, **times}
    return jwt.encode(claims, KEY.private, algorithm="EdDSA", headers={"kid": KEY.kid})


@pytest.mark.parametrize("name", ["iat", "nbf"])
async def test_a_token_from_the_future_is_refused(name: str) -> None:
    await assert_refused(a_token_with(**{name: int(START.timestamp()) + 31}))
    await assert_refused(a_token_with(**{name: START.timestamp() + 30.5}))


@pytest.mark.parametrize("name", ["iat", "nbf"])
async def test_auths_clock_may_be_half_a_minute_ahead(name: str) -> None:
    principal = await a_verifier().verify(a_token_with(**{name: int(START.timestamp()) + 30}))
    assert principal.user_id == 7


@pytest.mark.parametrize("name", ["iat", "nbf"])
@pytest.mark.parametrize("no_time", ["0", [0], {}, "2026-03-02T18:00:00Z", float("nan")])
async def test_a_time_that_is_none_is_refused(name: str, no_time: object) -> None:
    await assert_refused(a_token_with(**{name: no_time}))


async def test_a_verified_token_is_not_verified_again() -> None:
    keys = CountingKeys(KEY)
    verifier = a_verifier(keys)
    token = a_token()

    for _ in range(3):
        await verifier.verify(token)

    assert keys.asked == 1


async def test_the_cache_of_verified_tokens_drops_the_least_recently_used() -> None:
    keys = CountingKeys(KEY)
    verifier = a_verifier(keys, verified_max=2)
    first, second, third = (a_token(jti=jti) for jti in "abc")

    for token in (first, second, first, third, first):
        await verifier.verify(token)
    assert keys.asked == 3, "the one that was used last stays"

    await verifier.verify(second)
    assert keys.asked == 4


async def test_a_withdrawn_key_ends_the_tokens_in_the_cache() -> None:
    keys = PublishedKeys(KEY)
    verifier = a_verifier(keys)
    token = a_token()
    await verifier.verify(token)

    keys.publish(SigningKey.generate("2026-04"))

    await assert_refused(token, verifier)


async def test_tokens_of_an_older_key_stay_good_while_it_is_published() -> None:
    newer = SigningKey.generate("2026-04")
    verifier = a_verifier(StaticKeys(jwks([newer, KEY])))

    await verifier.verify(a_token(KEY))
    await verifier.verify(a_token(newer))


async def test_an_unsigned_token_is_refused() -> None:
    header = a_segment({"alg": "none", "typ": "JWT", "kid": KEY.kid})
    await assert_refused(f"{header}.{a_segment({**CLAIMS, 'exp': 9_999_999_999})}.")


async def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused() -> None:
    public = KEY.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    claims = {**CLAIMS, "iss": "mostrador", "aud": "mostrador", "exp": 9_999_999_999}
    await assert_refused(jwt.encode(claims, public, algorithm="HS256", headers={"kid": KEY.kid}))


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(a_token(SigningKey.generate("other")), id="unknown key"),
        pytest.param(a_token(SigningKey.generate(KEY.kid)), id="another key under a known name"),
        pytest.param(a_token(issuer="somebody"), id="another issuer"),
        pytest.param(a_token(audience="somebody"), id="another audience"),
        pytest.param(a_token(token_type="refresh"), id="a refresh token"),
        pytest.param(a_token(token_type="service"), id="a service token"),
        pytest.param(a_token(user_id="7"), id="user_id is text"),
        pytest.param(a_token(roles=None), id="no roles"),
        pytest.param(a_token(sid=None), id="no session"),
        pytest.param(a_token()[:-4], id="cut"),
        pytest.param(a_token().replace(".", "", 1), id="two parts"),
        pytest.param("x", id="no token"),
        pytest.param("", id="empty"),
        pytest.param("\ud800.\x00.é", id="not even text"),
        pytest.param("a" * (TOKEN_CHARS_MAX + 1), id="huge"),
        pytest.param(f"{a_segment([])}.{a_segment({})}.", id="header is a list"),
        pytest.param(f"{a_segment({'alg': 'EdDSA', 'kid': 7})}.{a_segment({})}.", id="kid is a number"),
    ],
)
async def test_what_auth_did_not_sign_as_access_for_us_is_refused(token: str) -> None:
    await assert_refused(token)


async def test_a_token_without_an_end_is_refused() -> None:
    claims = {**CLAIMS, "iss": "mostrador", "aud": "mostrador"}
    await assert_refused(jwt.encode(claims, KEY.private, algorithm="EdDSA", headers={"kid": KEY.kid}))


async def test_claims_that_were_changed_are_refused() -> None:
    header, _, signature = a_token().split(".")
    claims = a_segment(
        {**CLAIMS, "role": "OWNER", "iss": "mostrador", "aud": "mostrador", "exp": 9_999_999_999}
    )
    await assert_refused(f"{header}.{claims}.{signature}")
