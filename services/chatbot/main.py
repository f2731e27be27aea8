"""The web process of chatbot: `python -m services.chatbot.main`."""

from libs.common.process.app import ServiceApp
from libs.common.process.processes import run, web_process
from services.chatbot.api.pos import pos
from services.chatbot.deps import Deps, build_deps
from services.chatbot.settings import ChatbotSettings


def create_app(deps: Deps) -> ServiceApp:
    """The service as an ASGI app."""
    return web_process(deps, doors=[pos])


if __name__ == "__main__":
    run("chatbot", ChatbotSettings, lambda settings: create_app(build_deps(settings)))
