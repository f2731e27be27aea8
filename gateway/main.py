"""The gateway's process: `python -m gateway.main`."""

import resource
from functools import partial

from gateway.deps import GatewayDeps
from gateway.door import PublicDoor
from gateway.guard.connections import ConnectionLimits, guarded
from gateway.revocations.asking import ask
from gateway.revocations.listening import listen
from gateway.settings import GatewaySettings
from gateway.upstreams import uploads_max
from libs.common.addresses import canonical
from libs.common.auth.keys import UnusableKey
from libs.common.process.app import ServiceApp
from libs.common.process.serve import serve
from libs.common.settings import of_environment

SPARE_FILES = 200


def create_app(deps: GatewayDeps) -> ServiceApp:
    """The public door, ready once it has auth's public keys and the revoked sessions."""
    revocations = deps.revocations
    return ServiceApp(
        service="gateway",
        deps=deps,
        doors=(PublicDoor(deps),),
        checks={"keys": deps.keys.loaded, "revocations": revocations.known},
        notes={"revocations": revocations.trouble},
        tasks=(
            deps.keys.keep_fresh,
            partial(listen, deps.broker, revocations),
            partial(ask, deps.auth, revocations, deps.clock),
            deps.documents.keep_fresh,
        ),
        internal_port=deps.settings.internal_port,
    )


def main() -> None:
    """Serve until told to stop; a setting that can't be used ends it at once, with one line."""
    settings = of_environment(GatewaySettings)
    try:
        deps = GatewayDeps.build(settings)
        if settings.tls is not None:
            settings.tls.context()  # else it would be read when all the rest has started
    except UnusableKey as error:
        raise SystemExit(f"gateway: {error}") from None
    limits = ConnectionLimits(
        places=settings.places,
        is_proxy=lambda host: deps.trusted_proxies.include(canonical(host)),
        head_seconds=settings.request_head_seconds,
        body_seconds=settings.request_body_seconds,
        stall_seconds=settings.answer_stall_seconds,
        internal_port=settings.internal_port,
    )
    _allow_files(settings)
    internal_port = settings.internal_port
    serve(create_app(deps), settings, http=guarded(limits), internal_port=internal_port, tls=settings.tls)


def _allow_files(settings: GatewaySettings) -> None:
    """Raise the limit of open files, often 1024: every connection needs one."""
    requests_max = settings.upstream_requests_max
    with_uploads = requests_max + 2 * uploads_max(requests_max)
    needed = settings.connections_max + len(settings.upstreams()) * with_uploads + SPARE_FILES
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = needed if most == resource.RLIM_INFINITY else min(needed, most)
    if now != resource.RLIM_INFINITY and now < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, most))


if __name__ == "__main__":
    main()
