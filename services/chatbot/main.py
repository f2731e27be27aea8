"""The web process of chatbot: `python -m services.chatbot.main`."""

from libs.common.process.app import ServiceApp, build_app
from libs.common.process.serve import serve
from services.chatbot.api.pos import pos
from services.chatbot.deps import Deps, build_deps
from services.chatbot.settings import ChatbotSettings


def create_app(deps: Deps) -> ServiceApp:
    """The service as an ASGI app."""
    return build_app(
        service="chatbot",
        deps=deps,
        doors=[pos],
        checks={"database": deps.database.ping, "keys": deps.keys.loaded},
        tasks=[deps.keys.keep_fresh],
        verifier=deps.verifier,
    )


def main() -> None:
    """Serve until told to stop."""
    settings = ChatbotSettings()
    serve(create_app(build_deps(settings)), settings)


if __name__ == "__main__":
    main()
