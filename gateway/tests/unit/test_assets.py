"""The files of the pages: compressed, cached forever under a path of their contents."""

import gzip

import httpx
import pytest

from gateway.assets import FOLDER, Packed, assets


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("gzip, br", "gzip"), ("identity", None), ("gzip;q=0", None)]
)
async def test_a_file_is_compressed_for_clients_that_accept_it(accepted: str, encoding: str | None) -> None:
    packed = Packed(gzip.compress(b"let a = 1"), media_type="text/javascript")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(packed), base_url="http://gateway") as client:
        answer = await client.get("/a.js", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert (answer.text, answer.headers["Vary"]) == ("let a = 1", "Accept-Encoding")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_every_file_stands_in_a_folder_named_by_the_contents() -> None:
    assert {path.rpartition("/")[0] for path in assets()} == {FOLDER}
    assert {path.rpartition("/")[2] for path in assets()} >= {
        "scalar.js",
        "scalar.css",
        "page.js",
        "page.css",
        "favicon.svg",
    }
