"""The search of logs for secrets finds each kind, and nothing in an ordinary line."""

import pytest

from deploy.local.state import Memory
from libs.common.auth.keys import SigningKey
from tests.e2e.secrets_in_logs import generated, secrets_in
from tests.e2e.shop import new_password

pytestmark = pytest.mark.unit

ORDINARY = """\
{"timestamp":"2026-11-27T12:00:00Z","event":"request","path":"/api/auth/login/","status":200,"token":"***"}
LOG:  connection authorized: user=sales_app database=sales
connecting to postgresql://sales_app@127.0.0.1:8432/sales and amqp://127.0.0.1:8672/
"""
PLANTED = {
    "a token": "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxMiJ9.c2lnbmF0dXJlLXRleHQ",
    "a private key": SigningKey.generate("sales").pem().decode(),
    "a bearer": "Authorization: Bearer 0123456789abcdef0123",
    "a password of the stories": f"login failed with {new_password()}",
    "a password hash": "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$aGFzaA",
    "a password in an address": "postgresql://sales_app:geheim@127.0.0.1/sales",
}


def test_an_ordinary_line_holds_none() -> None:
    assert secrets_in(ORDINARY, dict(generated(Memory()))) == []


@pytest.mark.parametrize("kind", PLANTED)
def test_each_kind_is_found(kind: str) -> None:
    assert secrets_in(f"{ORDINARY}{PLANTED[kind]}\n", {}) == [kind]


def test_every_password_of_the_suite_is_found() -> None:
    known = dict(generated(Memory()))
    assert len(known) == 22
    for name, password in known.items():
        assert secrets_in(f"{ORDINARY}failed with {password}", known) == [name]
