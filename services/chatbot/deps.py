"""The dependencies of chatbot's process: only the parts common to every service. It has no events."""

from typing import Annotated, TypeAlias

from fastapi import Depends

from libs.common.clock import Clock, system_clock
from libs.common.process.app import current_deps
from libs.common.process.parts import Parts, build_parts
from services.chatbot.settings import ChatbotSettings

Deps: TypeAlias = Parts[ChatbotSettings]
DepsDep = Annotated[Deps, Depends(current_deps)]


def build_deps(settings: ChatbotSettings, *, clock: Clock = system_clock) -> Deps:
    """See `build_parts`."""
    return build_parts("chatbot", settings, clock=clock, uses_broker=False)
