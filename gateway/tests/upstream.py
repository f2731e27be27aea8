"""The services behind the gateway, played by one server; and what the gateway has to be told to find it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from libs.common.auth.keys import SigningKey, jwks
from libs.common.auth.tokens import TokenSigner
from libs.common.clock import system_clock
from libs.services import SERVICES

ISSUER = AUDIENCE = "mostrador"


@dataclass
class Upstream:
    """Every service at once. It remembers what it was asked, and gives the answer that a test wants."""

    key: SigningKey
    asked: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]] | None = None
    revoked: list[dict[str, object]] = field(default_factory=list)
    knows_revoked: bool = True
    page_size: int = 10_000
    asked_in_vain: int = 0
    port: int = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        match request.path:
            case "/.well-known/jwks.json":
                return web.json_response(jwks([self.key]))
            case "/readyz":
                return web.json_response({"status": "ready"})
            case "/openapi.json":
                return web.json_response({"pos": None, "store": None})
            case "/internal/revoked-sessions":
                return self._revoked_after(int(request.query["after"]))
        self.bodies.append(await request.read())
        self.asked.append(request)
        if self.answer:
            return await self.answer(request)
        return web.json_response({"seen": request.raw_path}, headers={"X-Total-Count": "7"})

    def _revoked_after(self, revocation_id: int) -> web.Response:
        if not self.knows_revoked:
            self.asked_in_vain += 1
            return web.json_response({"code": "unavailable", "message": ""}, status=503)
        page = self.revoked[revocation_id:][: self.page_size]
        return web.json_response({"revoked": page, "last": page[-1]["id"] if page else revocation_id or None})

    def revoke(self, session_id: str) -> None:
        """From now on the list has this session."""
        entry = {"id": len(self.revoked) + 1, "session_id": session_id, "expires_at": "2100-01-01T00:00:00Z"}
        self.revoked.append(entry)

    def token(
        self,
        token_type: str = "access",
        issuer: str = ISSUER,
        audience: str = AUDIENCE,
        lifetime: int = 60,
        session_id: str = "1",
        user_id: int = 7,
        *,
        role: str = "EMPLOYEE",
    ) -> dict[str, str]:
        """The header of a user."""
        claims = {
            **{"user_id": user_id, "email": "e@example.com", "username": "e", "role": role},
            **{"roles": [role.lower()], "sid": session_id, "token_type": token_type, "jti": "j"},
        }
        signer = TokenSigner(self.key, issuer=issuer, audience=audience)
        return {"Authorization": f"Bearer {signer.sign(claims, lifetime, system_clock())}"}


@asynccontextmanager
async def serving_upstream() -> AsyncIterator[Upstream]:
    """The server, on a port of its own."""
    served = Upstream(SigningKey.generate("one"))
    app = web.Application(client_max_size=8 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", served.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.port = runner.addresses[0][1]
    yield served
    await runner.cleanup()


def told(upstream: Upstream, folder: Path, **settings: object) -> dict[str, object]:
    """Settings of a gateway in front of it; no broker answers, unless `settings` name one."""
    key_file = folder / "gateway.pem"
    if not key_file.exists():
        key_file.write_bytes(SigningKey.generate("gateway").pem())
        key_file.chmod(0o600)
    address = f"http://127.0.0.1:{upstream.port}"
    return {
        **{f"{service}_url": address for service in SERVICES},
        "port": 1,
        "internal_port": 2,
        "jwks_url": f"{address}/.well-known/jwks.json",
        "amqp_url": "amqp://127.0.0.1:9",
        "service_key_file": key_file,
        "cors_origins": "*",
        "trusted_proxies": "",
        "rate_limit_per_user": "10000/second",
        "rate_limit_per_address": "10000/second",
        **settings,
    }
