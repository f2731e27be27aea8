"""`make demo` begins its day only as the shop's owner."""

import sys
from functools import partial
from pathlib import Path

import httpx
import pytest

from deploy.local import demo
from deploy.local.state import StateFolder

EMAIL = "ana@example.com"
LOGIN = "POST /api/auth/login/"


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (
            {LOGIN: httpx.Response(401, json={"detail": "No active account"})},
            '401 {"detail":"No active account"}',
        ),
        ({LOGIN: httpx.Response(400, json={"password": ["blank"]})}, '400 {"password":["blank"]}'),
        (
            {
                LOGIN: httpx.Response(200, json={"access": "an employee's token"}),
                "GET /api/analytics/sales-summary/": httpx.Response(403, json={"detail": "owners only"}),
            },
            '403 {"detail":"owners only"}',
        ),
    ],
    ids=["wrong password", "no password", "an employee"],
)
def test_a_login_that_is_not_the_owners_is_told_with_what_to_do(
    answers: dict[str, httpx.Response],
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path}")
        return {"GET /health": httpx.Response(200), **answers}[asked[-1]]

    monkeypatch.setattr(demo, "StateFolder", lambda: StateFolder(tmp_path))
    monkeypatch.setattr(httpx, "Client", partial(httpx.Client, transport=httpx.MockTransport(answer)))
    monkeypatch.setattr(sys, "argv", ["make demo", "--email", EMAIL, "--password", "wrong"])

    assert demo.main() == 2
    told = capsys.readouterr().out
    assert told.startswith(f"{EMAIL} is not let in as the owner: {why}\n")
    assert "BOOTSTRAP_OWNER_PASSWORD=… make demo" in told
    assert 'make admin A="reset-password --email …"' in told
    assert asked == ["GET /health", *answers], "nothing is done"
