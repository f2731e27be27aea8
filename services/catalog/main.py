"""The web process of catalog: `python -m services.catalog.main`."""

from functools import partial

from libs.common.auth.keys import UnusableKey
from libs.common.messaging.relay import run_relay
from libs.common.process.app import ServiceApp, build_app
from libs.common.process.serve import serve
from services.catalog.api.internal import internal
from services.catalog.api.pos import pos
from services.catalog.deps import Deps, build_deps
from services.catalog.settings import CatalogSettings


def create_app(deps: Deps) -> ServiceApp:
    """The service as an ASGI app. It relays its own events: without a broker it works, and they wait."""
    return build_app(
        service="catalog",
        deps=deps,
        doors=[pos, internal],
        checks={"database": deps.database.ping, "keys": deps.user_keys.loaded},
        tasks=[deps.user_keys.keep_fresh, partial(run_relay, deps.database, deps.broker, deps.outbox)],
        verifier=deps.verifier,
        service_verifier=deps.service_verifier,
    )


def main() -> None:
    """Serve until told to stop; a key that cannot be used ends it at once, with one line."""
    settings = CatalogSettings()
    try:
        deps = build_deps(settings)
    except UnusableKey as error:
        raise SystemExit(f"catalog: {error}") from None
    serve(create_app(deps), settings)


if __name__ == "__main__":
    main()
