"""A service with minimal cost, for measuring the proxy in front of it.

`python -m bench.upstream 18901 jwks.json` answers every request with one product, except the gateway's own
requests.
"""

import asyncio
import sys
from pathlib import Path
from typing import cast

import httptools
import orjson
import uvloop

PRODUCT = orjson.dumps(
    {
        **{"id": 7, "name": "Product 7", "sku": "SKU-7", "price": "12.00", "tax_rate": "0.16"},
        **{"final_price": "13.92", "discounted_price": None, "current_stock": 1000, "reserved_quantity": 0},
        **{"available_to_sell": 1000, "low_stock": False, "supplier": None, "category": None},
        "description": "Product 7. A plain everyday thing, well made, that lasts for years.",
    }
)


def _answer(content: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    return head.encode() + content


class Upstream(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self, for_gateways: dict[bytes, bytes]) -> None:
        self._for_gateways = for_gateways
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the transport for answers."""
        self._transport = cast(asyncio.Transport, transport)  # always true for TCP

    def data_received(self, data: bytes) -> None:
        """Parse a request, or a piece of one."""
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """Store the path of a request."""
        self._path = url.partition(b"?")[0]

    def on_message_complete(self) -> None:
        """Answer a complete request."""
        self._transport.write(self._for_gateways.get(self._path, PRODUCT_ANSWER))


PRODUCT_ANSWER = _answer(PRODUCT)


async def _serve(port: int, jwks: bytes) -> None:
    for_gateways = {
        b"/.well-known/jwks.json": _answer(jwks),
        b"/internal/revoked-sessions": _answer(b'{"revoked":[],"last":null}'),
        b"/openapi.json": _answer(b'{"pos":null,"store":null}'),
    }
    server = await asyncio.get_running_loop().create_server(lambda: Upstream(for_gateways), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1]), Path(sys.argv[2]).read_bytes()))
