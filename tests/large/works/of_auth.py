"""Works of auth."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from libs.common.auth.keys import SigningKey
from libs.testing.asgi import asgi_client
from libs.testing.explained import hear
from services.auth.clients.passwords import Passwords
from services.auth.deps import build_deps
from services.auth.main import create_app
from services.auth.settings import AuthSettings
from services.auth.tests.builders import ME, PASSWORD, a_person, bearing, claims_of, pos_login, signing_keys
from services.auth.usecases.pruning import prunables
from tests.large.works.running import Place, Running, page_of, pruning, relaying, sent

MEMORY_KIB_MIN = 8
PIN = "4831"


@asynccontextmanager
async def auth(place: Place) -> AsyncIterator[Running]:
    """Auth, with an owner who logs in; hashes cost next to nothing."""
    keys = signing_keys(Path(place.settings["service_key_file"]).parent, SigningKey.generate("2026-03-01"))
    settings = AuthSettings(**place.settings, signing_keys_dir=keys)
    passwords = Passwords(memory_kib=MEMORY_KIB_MIN, passes=1)
    deps = build_deps(settings, clock=place.clock, passwords=passwords)
    deps = replace(deps, service_verifier=place.tokens.service_verifier("auth"))
    heard = hear(deps.database)
    async with asgi_client(create_app(deps)) as client:
        await a_person(deps, "laura", "owner")
        owner = bearing(await pos_login(client))

        await a_person(deps, "pedro")
        pin = {"current_password": PASSWORD, "pin": PIN}
        await sent(client, "PUT", f"{ME}pin/", pin, bearing(await pos_login(client, "pedro")))

        async def take_over() -> None:
            typed = {"user": "pedro", "pin": PIN}
            tokens = await sent(client, "POST", "/api/auth/pin/", typed, owner)
            await sent(client, "POST", "/api/auth/refresh/", {"refresh": tokens["refresh"]}, {})

        async def log_in_and_out() -> None:
            tokens = await pos_login(client)
            session, headers = claims_of(tokens["access"])["sid"], bearing(tokens)
            await sent(client, "POST", f"/api/sessions/{session}/revoke/", {}, headers)

        old = prunables(sessions=settings.session_retention, audit=settings.audit_retention)
        yield Running(
            deps.database,
            heard,
            {
                "a login": log_in_and_out,
                "a change of cashier": take_over,
                "users": page_of(client, "/api/users/", owner),
                "relay": relaying(deps.database),
                **pruning(deps.database, deps.clock, *old),
            },
        )
