"""The gateway's process: `python -m gateway.main`."""

from gateway.deps import GatewayDeps
from gateway.door import PublicDoor
from gateway.settings import GatewaySettings
from libs.common.http.app import ServiceApp, build_app
from libs.common.http.serve import serve


def create_app(settings: GatewaySettings, deps: GatewayDeps) -> ServiceApp:
    """The public door, ready once it knows the keys that tokens are signed with."""
    return build_app(
        service="gateway",
        deps=deps,
        doors=(PublicDoor(deps.proxy, deps.verifier, tuple(settings.upstreams())),),
        checks={"keys": deps.keys.loaded},
        tasks=(deps.keys.keep_fresh,),
    )


if __name__ == "__main__":
    settings = GatewaySettings()
    serve(create_app(settings, GatewayDeps.build(settings)), settings)
