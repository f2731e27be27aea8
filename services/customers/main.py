"""The web process of customers: `python -m services.customers.main`."""

from functools import partial

from libs.common.messaging.relay import run_relay
from libs.common.process.app import ServiceApp, build_app
from libs.common.process.serve import serve
from services.customers.api.internal import internal
from services.customers.api.pos import pos
from services.customers.deps import Deps, build_deps
from services.customers.settings import CustomersSettings


def create_app(deps: Deps) -> ServiceApp:
    """The service as an ASGI app. It relays its own events: without a broker it works, and they wait."""
    return build_app(
        service="customers",
        deps=deps,
        doors=[pos, internal],
        checks={"database": deps.database.ping, "keys": deps.keys.loaded},
        tasks=[deps.keys.keep_fresh, partial(run_relay, deps.database, deps.broker, deps.outbox)],
        verifier=deps.verifier,
        service_verifier=deps.service_verifier,
    )


def main() -> None:
    """Serve until told to stop."""
    settings = CustomersSettings()
    serve(create_app(build_deps(settings)), settings)


if __name__ == "__main__":
    main()
