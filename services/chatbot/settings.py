"""The environment variables of chatbot."""

from libs.common.settings import ServiceSettings


class ChatbotSettings(ServiceSettings):
    """The variables of every service; chatbot adds none."""
