"""A gateway that cannot keep its promises does not start, and says why in one line."""

import resource
from pathlib import Path

import pytest

from gateway.main import main
from gateway.tests.upstream import Upstream, told
from libs.common.auth.keys import SigningKey


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    settings = told(Upstream(SigningKey.generate("one"), port=9), tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(name.upper(), str(value))
    return settings


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("RATE_LIMIT_PER_USER", "many", "RATE_LIMIT_PER_USER: 'many' is no rate"),
        ("TRUSTED_PROXIES", "10.0.0.0/99", "TRUSTED_PROXIES: '10.0.0.0/99'"),
        (
            "CORS_ORIGINS",
            "https://a.example, https://b.example/",
            "CORS_ORIGINS: 'https://b.example/' is no origin",
        ),
        ("CORS_ORIGINS", "shop.example.com", "CORS_ORIGINS: 'shop.example.com' is no origin"),
        ("CORS_ORIGINS", "https://*.example.com", "CORS_ORIGINS: .* is no origin"),
        ("SERVICE_KEY_FILE", "/nowhere.pem", "gateway: .*/nowhere.pem"),
        ("CONNECTIONS_RESERVED", "2000", "CONNECTIONS_RESERVED must be less than CONNECTIONS_MAX"),
        ("CONNECTIONS_PER_ADDRESS", "0", "CONNECTIONS_PER_ADDRESS at least 1"),
        ("UPSTREAM_REQUESTS_MAX", "0", "UPSTREAM_REQUESTS_MAX: .*greater than or equal to 1"),
        ("AUTH_URL", "auth:8000", "AUTH_URL: must begin with http:// or https://"),
    ],
)
def test_what_cannot_be_used_is_named(
    variable: str,
    value: str,
    reason: str,
    environment: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert environment
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit, match=reason):
        main()


def test_a_certificate_that_is_not_there_is_named_before_anything_starts(
    environment: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert environment
    monkeypatch.setenv("TLS_CERTIFICATE_FILE", "/nowhere.crt")
    monkeypatch.setenv("TLS_KEY_FILE", "/nowhere.key")
    with pytest.raises(SystemExit) as ended:
        main()
    assert str(ended.value) == (
        "gateway: /nowhere.crt and /nowhere.key are no certificate with its key: No such file or directory"
    )


def test_it_asks_for_the_files_that_its_connections_need(
    environment: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 1_048_576))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits))
    monkeypatch.setattr("gateway.main.serve", lambda *_, **__: None)
    assert environment
    main()
    assert asked == [(2_000 + 6 * (100 + 25 + 25) + 200, 1_048_576)]
