"""A login comes from the address that the gateway saw."""

import pytest
from starlette.requests import Request

from services.auth.api.device import device_of
from services.auth.domain.sessions import USER_AGENT_LENGTH_MAX


def a_request(peer: tuple[str, int] | None = ("10.0.0.7", 4711), **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw, "client": peer})


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("192.168.1.50", "192.168.1.50"),
        ("6.6.6.6, 192.168.1.50", "192.168.1.50"),
        ("2001:DB8::1", "2001:db8::1"),
        ("nonsense", "10.0.0.7"),
        ("", "10.0.0.7"),
    ],
)
async def test_the_address_is_the_gateways_word(forwarded: str, address: str) -> None:
    assert (await device_of(a_request(x_forwarded_for=forwarded))).ip_address == address


async def test_without_any_address_it_is_empty() -> None:
    assert (await device_of(a_request(peer=None))).ip_address == ""


async def test_a_long_user_agent_is_cut() -> None:
    device = await device_of(a_request(user_agent="\0é" * 1000))
    assert device.user_agent == "é" * USER_AGENT_LENGTH_MAX
