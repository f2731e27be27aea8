"""Builders for the tests of chatbot: a user, paths, answers."""

from httpx import AsyncClient, Response

USERS = "/api/chatbotusers/"
JUAN = "+521234567890"
HOLA = {"channel": "telegram", "text": "Hola, ¿tienen croquetas?"}


def user_path(mobile_number: str) -> str:
    """The path of one user."""
    return f"{USERS}{mobile_number}/"


async def register(client: AsyncClient, mobile_number: str, name: str = "Juan Perez") -> Response:
    """Register a user with the client's own role."""
    return await client.post(USERS, json={"mobile_number": mobile_number, "name": name})
