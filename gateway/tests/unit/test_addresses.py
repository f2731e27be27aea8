"""The client's address and scheme, with and without trusted proxies."""

import pytest

from gateway.addresses import TrustedProxies, client_address, client_scheme

NOBODY = TrustedProxies("")
CLUSTER = TrustedProxies("10.0.0.0/8, fd00::/8")


def scope(peer: str | None, **headers: str) -> dict[str, object]:
    said = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"client": None if peer is None else (peer, 4711), "scheme": "http", "headers": said}


def forwarded(peer: str, *values: str) -> dict[str, object]:
    return {
        **scope(peer),
        "headers": [(b"x-forwarded-for", value.encode()) for value in values],
    }


def test_without_trusted_proxies_nobodys_word_is_taken() -> None:
    assert client_address(forwarded("203.0.113.9", "1.2.3.4"), NOBODY) == "203.0.113.9"


def test_a_stranger_is_not_believed() -> None:
    assert client_address(forwarded("203.0.113.9", "1.2.3.4"), CLUSTER) == "203.0.113.9"


@pytest.mark.parametrize(
    ("said", "client"),
    [
        (["198.51.100.7"], "198.51.100.7"),
        (["1.2.3.4, 198.51.100.7"], "198.51.100.7"),  # the left one was forged by the client
        (["1.2.3.4, 198.51.100.7, 10.2.0.9"], "198.51.100.7"),
        (["1.2.3.4", "198.51.100.7"], "198.51.100.7"),
        (["198.51.100.7:50123"], "198.51.100.7"),
        (["[2001:db8::7]:50123"], "2001:db8::7"),
        (["::ffff:198.51.100.7"], "198.51.100.7"),
        (["10.2.0.9, fd00::1"], "10.2.0.9"),
        (["198.51.100.7, unknown"], "10.0.0.1"),
        (["198.51.100.7, "], "10.0.0.1"),
        ([], "10.0.0.1"),
    ],
)
def test_behind_a_trusted_proxy_the_nearest_stranger_is_the_client(said: list[str], client: str) -> None:
    assert client_address(forwarded("10.0.0.1", *said), CLUSTER) == client


def test_a_peer_without_an_address_is_nobody() -> None:
    assert client_address(scope(None, x_forwarded_for="1.2.3.4"), CLUSTER) == ""


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        ("10.0.0.1", "https", "https"),
        ("10.0.0.1", "http", "http"),
        ("10.0.0.1", "gopher", "http"),
        ("203.0.113.9", "https", "http"),
    ],
)
def test_only_a_trusted_proxy_can_say_that_it_speaks_tls(peer: str, said: str, scheme: str) -> None:
    assert client_scheme(scope(peer, x_forwarded_proto=said), CLUSTER) == scheme


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="proxy"):
        TrustedProxies("10.0.0.0/8, proxy")
