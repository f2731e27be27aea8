"""A service token names who calls whom, for a minute."""

from datetime import timedelta

import jwt
import pytest

from libs.common.auth.keys import SigningKey, StaticKeys, jwks
from libs.common.auth.service_tokens import LIFETIME_SECONDS, ServiceTokenSigner, ServiceTokenVerifier
from libs.common.auth.tokens import TokenSigner
from libs.common.clock import CLOCKS_DIFFER
from libs.common.errors import Unauthenticated
from libs.testing.clock import START, FakeClock

SALES = SigningKey.generate("sales")
CATALOG = SigningKey.generate("catalog")
KEYS = StaticKeys(jwks([SALES, CATALOG]))


def sales(clock: FakeClock) -> ServiceTokenSigner:
    return ServiceTokenSigner("sales", SALES.pem(), clock=clock)


def test_the_callee_learns_who_calls() -> None:
    clock = FakeClock()
    token = sales(clock).token_for("catalog")
    assert ServiceTokenVerifier("catalog", KEYS, clock=clock).verify(token) == "sales"


def test_a_token_for_another_service_is_refused() -> None:
    clock = FakeClock()
    token = sales(clock).token_for("customers")
    with pytest.raises(Unauthenticated):
        ServiceTokenVerifier("catalog", KEYS, clock=clock).verify(token)


def test_a_token_is_good_for_a_minute() -> None:
    clock = FakeClock()
    verifier, token = ServiceTokenVerifier("catalog", KEYS, clock=clock), sales(clock).token_for("catalog")
    clock.advance(seconds=59)
    assert verifier.verify(token) == "sales"

    clock.advance(seconds=1)
    with pytest.raises(Unauthenticated):
        verifier.verify(token)


NOW_SECONDS = int(START.timestamp())


def of_sales(**times: object) -> str:
    """A token that sales has signed itself, with these times."""
    claims = {"iss": "sales", "aud": "catalog", "token_type": "service", **times}
    return jwt.encode(claims, SALES.private, algorithm="EdDSA", headers={"kid": "sales"})


@pytest.mark.parametrize(
    ("times", "is_good"),
    [
        ({"iat": NOW_SECONDS, "exp": NOW_SECONDS + 300}, True),
        ({"iat": NOW_SECONDS, "exp": NOW_SECONDS + 301}, False),
        ({"iat": NOW_SECONDS - 3_600, "exp": NOW_SECONDS + 60}, False),
        ({"exp": NOW_SECONDS + 60}, False),
        ({"iat": None, "exp": NOW_SECONDS + 60}, False),
        ({"iat": str(NOW_SECONDS), "exp": NOW_SECONDS + 60}, False),
        ({"iat": NOW_SECONDS + 30, "exp": NOW_SECONDS + 90}, True),
        ({"iat": NOW_SECONDS + 31, "exp": NOW_SECONDS + 90}, False),
        ({"iat": NOW_SECONDS + 86_400, "exp": NOW_SECONDS + 86_460}, False),
        ({"iat": NOW_SECONDS, "nbf": NOW_SECONDS + 31, "exp": NOW_SECONDS + 60}, False),
    ],
)
def test_a_token_lives_five_minutes_at_most_from_now(times: dict[str, object], *, is_good: bool) -> None:
    verifier = ServiceTokenVerifier("catalog", KEYS, clock=FakeClock())
    if is_good:
        assert verifier.verify(of_sales(**times)) == "sales"
        return
    with pytest.raises(Unauthenticated):
        verifier.verify(of_sales(**times))


def test_a_token_is_used_again_until_its_end_comes_near() -> None:
    clock = FakeClock()
    signer = sales(clock)
    first = signer.token_for("catalog")
    clock.advance(seconds=19)
    assert signer.token_for("catalog") == first

    clock.advance(seconds=1)
    assert signer.token_for("catalog") != first


@pytest.mark.parametrize("differs", [-CLOCKS_DIFFER, CLOCKS_DIFFER])
def test_a_token_is_good_at_every_moment_for_a_callee_whose_clock_differs(differs: timedelta) -> None:
    clock, clock_there = FakeClock(), FakeClock()
    clock_there.advance(seconds=differs.total_seconds())
    signer, verifier = sales(clock), ServiceTokenVerifier("catalog", KEYS, clock=clock_there)
    for _ in range(2 * LIFETIME_SECONDS):
        assert verifier.verify(signer.token_for("catalog")) == "sales"
        clock.advance(seconds=1)
        clock_there.advance(seconds=1)


def test_a_token_of_a_time_to_come_is_not_used_after_the_clock_was_set_back() -> None:
    clock = FakeClock()
    signer, verifier = sales(clock), ServiceTokenVerifier("catalog", KEYS, clock=clock)
    signer.token_for("catalog")
    clock.advance(hours=-1)
    assert verifier.verify(signer.token_for("catalog")) == "sales"


def test_each_callee_gets_its_own_token() -> None:
    signer = sales(FakeClock())
    assert signer.token_for("catalog") != signer.token_for("customers")


def test_nobody_signs_in_the_name_of_another_service() -> None:
    forged = TokenSigner(SigningKey("sales", CATALOG.private), issuer="sales", audience="catalog")
    renamed = TokenSigner(CATALOG, issuer="sales", audience="catalog")
    verifier = ServiceTokenVerifier("catalog", KEYS, clock=FakeClock())
    for signer in (forged, renamed):
        with pytest.raises(Unauthenticated):
            verifier.verify(signer.sign({"token_type": "service"}, 60, START))


def test_a_users_token_is_no_service_token() -> None:
    signer = TokenSigner(SALES, issuer="sales", audience="catalog")
    with pytest.raises(Unauthenticated):
        ServiceTokenVerifier("catalog", KEYS, clock=FakeClock()).verify(
            signer.sign({"token_type": "access"}, 60, START)
        )


def test_a_service_that_is_not_known_is_refused() -> None:
    stranger = ServiceTokenSigner("stranger", SigningKey.generate("stranger").pem(), clock=FakeClock())
    with pytest.raises(Unauthenticated):
        ServiceTokenVerifier("catalog", KEYS, clock=FakeClock()).verify(stranger.token_for("catalog"))


NEXT = SigningKey.generate("sales.2")


def named(kid: str, key: SigningKey, *, issuer: str) -> str:
    """A token whose header names `kid`, signed with `key`, whoever that is."""
    signer = TokenSigner(SigningKey(kid, key.private), issuer=issuer, audience="catalog")
    return signer.sign({"token_type": "service"}, 60, START)


@pytest.mark.parametrize("kid", ["sales", "sales.2"])
def test_a_service_may_have_a_second_key(kid: str) -> None:
    verifier = ServiceTokenVerifier("catalog", StaticKeys(jwks([SALES, NEXT, CATALOG])), clock=FakeClock())
    assert verifier.verify(named(kid, NEXT, issuer="sales")) == "sales"


def test_while_its_key_is_changed_both_of_its_keys_are_good() -> None:
    clock = FakeClock()
    verifier = ServiceTokenVerifier("catalog", StaticKeys(jwks([SALES, NEXT])), clock=clock)
    for key in (SALES, NEXT):
        token = ServiceTokenSigner("sales", key.pem(), clock=clock).token_for("catalog")
        assert verifier.verify(token) == "sales"


def test_a_key_that_was_taken_away_is_good_no_more() -> None:
    verifier = ServiceTokenVerifier("catalog", StaticKeys(jwks([NEXT])), clock=FakeClock())
    for kid in ("sales", "sales.1"):
        with pytest.raises(Unauthenticated):
            verifier.verify(named(kid, SALES, issuer="sales"))


@pytest.mark.parametrize("kid", ["sales.2", "catalog", "catalog.2", "", "sales."])
def test_a_second_key_speaks_for_its_own_service_only(kid: str) -> None:
    verifier = ServiceTokenVerifier("catalog", StaticKeys(jwks([SALES, NEXT, CATALOG])), clock=FakeClock())
    with pytest.raises(Unauthenticated):
        verifier.verify(named(kid, NEXT, issuer="catalog"))


def test_a_token_may_not_name_one_of_its_keys_and_be_signed_with_another() -> None:
    verifier = ServiceTokenVerifier("catalog", StaticKeys(jwks([SALES, NEXT])), clock=FakeClock())
    with pytest.raises(Unauthenticated):
        verifier.verify(named("sales.2", SALES, issuer="sales"))
