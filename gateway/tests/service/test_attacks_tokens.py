"""No token but auth's own opens the door, and none that has ended."""

import base64
import hashlib
import hmac
import json

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.tests.upstream import Upstream
from libs.common.auth.keys import SigningKey
from libs.common.auth.service_tokens import ServiceTokenSigner
from libs.common.auth.tokens import TokenSigner
from libs.common.clock import system_clock
from libs.testing.pos import BAD_TOKEN
from libs.testing.store import BAD_TOKEN as STORE_BAD_TOKEN

PROTECTED = [("/api/orders/", BAD_TOKEN), ("/sales/orders", STORE_BAD_TOKEN)]


def claims(**slips: object) -> dict[str, object]:
    now = int(system_clock().timestamp())
    return {
        **{"user_id": 1, "email": "o@example.com", "username": "owner", "role": "OWNER"},
        **{"roles": ["owner"], "sid": "1", "token_type": "access", "jti": "j", "iat": now, "exp": now + 60},
        **{"iss": "mostrador", "aud": "mostrador"},
        **slips,
    }


def written(header: dict[str, object], payload: dict[str, object], signature: bytes = b"") -> str:
    """A token put together by hand, whatever a library would say of it."""
    parts = (json.dumps(header).encode(), json.dumps(payload).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def without_signature(upstream: Upstream) -> list[str]:
    return [written({"alg": alg, "kid": "one"}, claims()) for alg in ("none", "None", "NONE", "nOnE", "")]


def signed_with_the_public_key(upstream: Upstream) -> list[str]:
    """HS256, where the secret is what everybody can read in the JWKS."""
    public = upstream.key.private.public_key()
    secrets = (
        public.public_bytes_raw(),
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        upstream.key.jwk()["x"].encode(),
        json.dumps(upstream.key.jwk()).encode(),
    )
    tokens = []
    for algorithm in ("HS256", "EdDSA"):
        unsigned = written({"alg": algorithm, "kid": "one"}, claims()).rpartition(".")[0]
        for secret in secrets:
            signature = hmac.new(secret, unsigned.encode(), hashlib.sha256).digest()
            tokens.append(unsigned + "." + base64.urlsafe_b64encode(signature).rstrip(b"=").decode())
    return tokens


def of_somebody_elses_key(upstream: Upstream) -> list[str]:
    stranger = SigningKey.generate("one")
    embedded = {"kid": "one", "jwk": stranger.jwk()}
    pointing = {"kid": "one", "jku": "https://evil.example/jwks.json", "x5u": "https://evil.example/x"}
    return [
        jwt.encode(claims(), stranger.private, algorithm="EdDSA", headers=headers)
        for headers in ({"kid": "one"}, embedded, pointing)
    ] + [jwt.encode(claims(), generate_private_key(SECP256R1()), algorithm="ES256", headers={"kid": "one"})]


def of_a_key_that_is_not_there(upstream: Upstream) -> list[str]:
    kids: list[object] = ["two", "", "../one", "one\0", "' or 1=1 --", None, 1, ["one"]]
    signed = jwt.encode(claims(), upstream.key.private, algorithm="EdDSA", headers={"kid": "one"})
    signature = signed.rpartition(".")[2]
    return [
        *(written({"alg": "EdDSA", "kid": kid}, claims(), b"x" * 64) for kid in kids),
        written({"alg": "EdDSA"}, claims()),
        written({"alg": "EdDSA", "kid": "one"}, claims(user_id=2)) + signature,
    ]


def of_a_service(upstream: Upstream) -> list[str]:
    pem = SigningKey.generate("sales").pem()
    return [
        ServiceTokenSigner("sales", pem).token_for("catalog"),
        ServiceTokenSigner("sales", pem).token_for("mostrador"),
        ServiceTokenSigner("gateway", pem).token_for("auth"),
    ]


def for_somebody_else(upstream: Upstream) -> list[str]:
    now = system_clock()
    return [
        TokenSigner(upstream.key, issuer=issuer, audience=audience).sign(claims(), 60, now)
        for issuer, audience in (("mostrador", "catalog"), ("else", "mostrador"), ("mostrador", ""))
    ]


def of_another_kind(upstream: Upstream) -> list[str]:
    slips = ({"token_type": "refresh"}, {"token_type": "service"}, {"token_type": None}, {"roles": "owner"})
    now = system_clock()
    signer = TokenSigner(upstream.key, issuer="mostrador", audience="mostrador")
    return [signer.sign(claims(**slip), 60, now) for slip in slips]


def ended(upstream: Upstream) -> list[str]:
    token = upstream.token(lifetime=-1)["Authorization"].removeprefix("Bearer ")
    never = {name: value for name, value in claims().items() if name != "exp"}
    return [token, jwt.encode(never, upstream.key.private, algorithm="EdDSA", headers={"kid": "one"})]


def of_the_future(upstream: Upstream) -> list[str]:
    tomorrow = int(system_clock().timestamp()) + 86_400
    return [
        jwt.encode(
            claims(**{name: tomorrow, "exp": tomorrow + 60}),
            upstream.key.private,
            algorithm="EdDSA",
            headers={"kid": "one"},
        )
        for name in ("iat", "nbf")
    ]


def nonsense(upstream: Upstream) -> list[str]:
    good = upstream.token()["Authorization"].removeprefix("Bearer ")
    return ["x", "..", "a.b.c", "a" * 20_000, good + "x", good[:-2], good.upper(), f"{good}, Bearer {good}"]


@pytest.mark.parametrize(
    "forge",
    [
        without_signature,
        signed_with_the_public_key,
        of_somebody_elses_key,
        of_a_key_that_is_not_there,
        of_a_service,
        for_somebody_else,
        of_another_kind,
        ended,
        of_the_future,
        nonsense,
    ],
)
@pytest.mark.parametrize(("path", "refusal"), PROTECTED)
async def test_a_forged_token_opens_nothing(
    path: str, refusal: dict[str, str], forge: object, client: httpx.AsyncClient, upstream: Upstream
) -> None:
    assert callable(forge)
    forged = list(forge(upstream))
    assert forged
    for token in forged:
        answer = await client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()) == (401, refusal), token
    assert upstream.asked == []


async def test_what_auth_has_signed_itself_opens_the_door(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    token = jwt.encode(claims(), upstream.key.private, algorithm="EdDSA", headers={"kid": "one"})
    answer = await client.get("/api/orders/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


async def test_of_two_tokens_none_is_taken(client: httpx.AsyncClient, upstream: Upstream) -> None:
    revoked, good = upstream.token(session_id="1"), upstream.token(session_id="2")
    for first, second in ((revoked, good), (good, good)):
        headers = [*first.items(), *second.items()]
        answer = await client.get("/api/orders/", headers=headers)
        assert (answer.status_code, answer.json()) == (401, BAD_TOKEN)
    assert upstream.asked == []


@pytest.mark.parametrize(("method", "path"), [("GET", "/products"), ("POST", "/auth/register")])
async def test_a_bad_token_is_refused_where_none_is_needed(
    method: str, path: str, client: httpx.AsyncClient, upstream: Upstream
) -> None:
    answer = await client.request(method, path, headers=upstream.token(lifetime=-1))
    assert (answer.status_code, answer.json()) == (401, STORE_BAD_TOKEN)
    assert upstream.asked == []


@pytest.mark.parametrize("header", ["", "Basic dTpw"])
async def test_a_header_without_a_token_is_none_where_none_is_needed(
    header: str, client: httpx.AsyncClient, upstream: Upstream
) -> None:
    assert (await client.get("/products", headers={"Authorization": header})).status_code == 200
    assert (await client.get("/sales/orders", headers={"Authorization": header})).status_code == 401
    assert [request.url.path for request in upstream.asked] == ["/products"]


async def test_a_token_behind_another_header_is_refused_where_none_is_needed(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    headers = [("Authorization", "Basic dTpw"), *upstream.token().items()]
    assert (await client.get("/products", headers=headers)).status_code == 401
    assert upstream.asked == []


@pytest.mark.parametrize("path", ["/api/auth/login/", "/api/auth/refresh/", "/auth/login"])
async def test_who_logs_in_anew_may_still_send_the_token_that_ran_out(
    path: str, client: httpx.AsyncClient, upstream: Upstream
) -> None:
    assert (await client.post(path, headers=upstream.token(lifetime=-1))).status_code == 200
