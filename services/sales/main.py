"""The web process of sales: `python -m services.sales.main`."""

from functools import partial

from libs.common.auth.keys import UnusableKey
from libs.common.messaging.relay import run_relay
from libs.common.process.app import ServiceApp, build_app
from libs.common.process.serve import serve
from services.sales.api.internal import internal
from services.sales.api.pos import pos
from services.sales.deps import Deps, build_deps
from services.sales.settings import SalesSettings


def create_app(deps: Deps) -> ServiceApp:
    """The app, for `main` and for tests."""
    return build_app(
        service="sales",
        deps=deps,
        doors=(pos, internal),
        checks={"database": deps.database.ping, "keys": deps.keys.loaded},
        tasks=(
            deps.keys.keep_fresh,
            deps.desk.releases.run,
            partial(run_relay, deps.database, deps.broker, deps.outbox),
        ),
        verifier=deps.verifier,
        service_verifier=deps.service_verifier,
        idempotency=deps.idempotency,
    )


def main() -> None:
    """Serve until told to stop; a key that can't be used ends it at once, with one line."""
    settings = SalesSettings()
    try:
        deps = build_deps(settings)
    except UnusableKey as error:
        raise SystemExit(f"sales: {error}") from None
    serve(create_app(deps), settings)


if __name__ == "__main__":
    main()
