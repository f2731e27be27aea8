"""Large JSON and CSV are compressed, come out the same, and never share a frame with a secret."""

import gzip
import zlib
from collections.abc import Mapping, Sequence

import pytest
from starlette.types import Message, Scope

from gateway.compression import SMALLEST_BYTES, Compressing

LARGE = b'[{"name":"Coke"}]' * 500
JSON = {"content-type": "application/json", "content-length": str(len(LARGE))}


class Client:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.messages[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.messages[1:])


async def sent(
    pieces: Sequence[bytes] = (LARGE,),
    headers: Mapping[str, str] = JSON,
    *,
    accepts: str | None = "gzip, deflate, br",
    path: str = "/api/products/",
    status: int = 200,
) -> Client:
    client = Client()
    asked = [] if accepts is None else [(b"accept-encoding", accepts.encode())]
    scope: Scope = {"path": path, "headers": asked}
    send = Compressing(scope, client.send)
    told = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": told})
    for number, piece in enumerate(pieces, start=1):
        await send({"type": "http.response.body", "body": piece, "more_body": number < len(pieces)})
    return client


async def test_large_json_is_compressed_and_says_its_new_length() -> None:
    client = await sent()
    assert gzip.decompress(client.body) == LARGE
    assert client.headers[b"content-encoding"] == b"gzip"
    assert client.headers[b"content-length"] == b"%d" % len(client.body)
    assert len(client.body) < len(LARGE) / 5


async def test_large_json_varies_also_when_it_goes_out_plain() -> None:
    for client in (await sent(), await sent(accepts=None)):
        assert client.headers[b"vary"] == b"Accept-Encoding"


@pytest.mark.parametrize(
    "accepts", [None, "", "identity", "br", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", "xgzip"]
)
async def test_who_does_not_take_gzip_gets_it_plain(accepts: str | None) -> None:
    client = await sent(accepts=accepts)
    assert client.body == LARGE
    assert b"content-encoding" not in client.headers
    assert client.headers[b"content-length"] == b"%d" % len(LARGE)


@pytest.mark.parametrize("accepts", ["gzip", "GZip", "br, gzip;q=0.5", "*", "gzip;q=1.0, identity;q=0"])
async def test_who_takes_gzip_gets_it(accepts: str) -> None:
    client = await sent(accepts=accepts)
    assert client.headers[b"content-encoding"] == b"gzip"


@pytest.mark.parametrize(
    "path", ["/auth/login", "/auth/users", "/api/auth/login/", "/api/auth/refresh/", "/auth"]
)
async def test_what_may_hold_a_secret_is_never_compressed(path: str) -> None:
    client = await sent(path=path)
    assert client.body == LARGE
    assert b"content-encoding" not in client.headers


@pytest.mark.parametrize(
    "headers",
    [
        {**JSON, "content-length": str(SMALLEST_BYTES - 1)},
        {**JSON, "content-type": "image/png"},
        {**JSON, "content-encoding": "br"},
        {**JSON, "cache-control": "public, no-transform"},
    ],
)
async def test_what_is_small_or_no_text_or_already_encoded_passes_untouched(headers: dict[str, str]) -> None:
    client = await sent(headers=headers)
    assert client.body == LARGE
    assert client.headers == {name.encode(): value.encode() for name, value in headers.items()}


@pytest.mark.parametrize("status", [204, 304])
async def test_an_answer_without_a_body_stays_without(status: int) -> None:
    client = await sent([b""], {"content-type": "application/json"}, status=status)
    assert client.body == b""
    assert b"content-encoding" not in client.headers


async def test_csv_that_is_sent_in_pieces_is_compressed_too() -> None:
    rows = b"3,Teclado,TEC,25,60\r\n" * 1_000
    client = await sent([rows, rows, b""], {"content-type": "text/csv; charset=utf-8", "vary": "Accept"})
    assert client.headers[b"content-encoding"] == b"gzip"
    assert gzip.decompress(client.body) == rows * 2
    assert len(client.body) < len(rows) / 10


async def test_pieces_stay_pieces_and_can_be_read_as_they_come() -> None:
    client = await sent([LARGE, LARGE, b""])
    assert b"content-length" not in client.headers
    assert gzip.decompress(client.body) == LARGE * 2
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert reader.decompress(client.messages[1]["body"]) == LARGE
    assert reader.decompress(client.messages[2]["body"]) == LARGE


async def test_json_of_unknown_length_is_compressed() -> None:
    client = await sent([b"[1,", b"2]"], {"content-type": "application/json; charset=utf-8"})
    assert gzip.decompress(client.body) == b"[1,2]"


async def test_an_answer_that_breaks_off_is_never_ended() -> None:
    client = Client()
    send = Compressing({"path": "/products", "headers": [(b"accept-encoding", b"gzip")]}, client.send)
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": LARGE, "more_body": True})
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert reader.decompress(client.body) == LARGE
    assert not reader.eof


@pytest.mark.parametrize(("etag", "weak"), [('"a"', b'W/"a"'), ('W/"a"', b'W/"a"')])
async def test_the_etag_of_other_bytes_is_weak(etag: str, weak: bytes) -> None:
    assert (await sent(headers={**JSON, "etag": etag})).headers[b"etag"] == weak
    assert (await sent(headers={**JSON, "etag": etag}, accepts=None)).headers[b"etag"] == etag.encode()
