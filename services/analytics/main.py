"""The web process of analytics: `python -m services.analytics.main`. It reads; the worker counts."""

from libs.common.process.app import ServiceApp, build_app
from libs.common.process.serve import serve
from services.analytics.api.pos import pos
from services.analytics.deps import WebDeps, build_web_deps
from services.analytics.settings import AnalyticsSettings


def create_app(deps: WebDeps) -> ServiceApp:
    """The app of the web process."""
    return build_app(
        service="analytics",
        deps=deps,
        doors=[pos],
        checks={"database": deps.database.ping},
        tasks=[deps.keys.keep_fresh],
        verifier=deps.verifier,
    )


def main() -> None:
    """Serve until told to stop."""
    settings = AnalyticsSettings()
    serve(create_app(build_web_deps(settings)), settings)


if __name__ == "__main__":
    main()
