"""Staff of the shop for one story, each with a PIN."""

import secrets
from dataclasses import dataclass

from tests.e2e.shop import Shop, made, new_password, open_door

PIN = "4831"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the staff, as the pages know them."""

    user_id: int
    name: str
    email: str
    password: str

    @property
    def login(self) -> tuple[str, str]:
        """What they log in with."""
        return self.email, self.password


def hire(shop: Shop, role: str = "EMPLOYEE") -> Member:
    """Create a user with this role, who sets their PIN."""
    mark, password = secrets.token_hex(4), new_password()
    email, names = f"{mark}@example.com", {"first_name": "Ana", "last_name": mark}
    person = {"username": mark, "email": email, "password": password, "role": role, **names}
    user_id = int(made(shop.owner.post("/api/users/", json=person))["id"])
    with open_door(shop.url) as client:
        login = client.post("/api/auth/login/", json={"email": email, "password": password})
        token = login.raise_for_status().json()["access"]
        body = {"current_password": password, "pin": PIN}
        headers = {"Authorization": f"Bearer {token}"}
        client.put("/api/users/me/pin/", json=body, headers=headers).raise_for_status()
    return Member(user_id, " ".join(names.values()), email, password)
