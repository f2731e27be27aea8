"""auth's web process: its doors, the relay of its own events, and the first owner."""

from functools import partial

from libs.common.auth.keys import UnusableKey
from libs.common.messaging.relay import run_relay
from libs.common.process.app import ServiceApp, build_app
from libs.common.process.serve import serve
from services.auth.api.internal import internal
from services.auth.api.pos import pos
from services.auth.api.store import store
from services.auth.deps import Deps, build_deps
from services.auth.settings import AuthSettings


def create_app(deps: Deps) -> ServiceApp:
    """The app, for `main` and for tests."""
    return build_app(
        service="auth",
        deps=deps,
        doors=(pos, store, internal),
        checks={"database": deps.database.ping, "first_owner": deps.first_owner.settled},
        tasks=(
            deps.first_owner.keep,
            deps.signing_keys.keep_fresh,
            partial(run_relay, deps.database, deps.broker, deps.outbox),
        ),
        verifier=deps.verifier,
        service_verifier=deps.service_verifier,
    )


def main() -> None:
    """Serve until told to stop; a key that can't be used ends it at once, with one line."""
    settings = AuthSettings()
    try:
        deps = build_deps(settings)
    except UnusableKey as error:
        raise SystemExit(f"auth: {error}") from None
    serve(create_app(deps), settings)


if __name__ == "__main__":
    main()
