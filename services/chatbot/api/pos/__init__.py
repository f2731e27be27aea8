"""The door for tills and the back office."""

from services.chatbot.api.pos.chatbotusers import pos

__all__ = ["pos"]
