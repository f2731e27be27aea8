"""Which environment variables does chatbot read?"""

from libs.common.settings import ServiceSettings


class ChatbotSettings(ServiceSettings):
    """What every service needs; chatbot adds nothing of its own."""
