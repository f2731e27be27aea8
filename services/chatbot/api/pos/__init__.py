"""POS: one door, a file of routes for each subject."""

from services.chatbot.api.pos import interactions, users
from services.chatbot.api.pos.door import pos

__all__ = ["interactions", "pos", "users"]
