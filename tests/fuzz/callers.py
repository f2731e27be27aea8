"""The fuzzer's user, made by the first owner, and made again after its deletion."""

import secrets

import httpx

from tests.e2e.shop import made, owner_login

# The fuzzer's failed logins throttle its address, so its own logins come from another one.
OWN_ADDRESS = "127.0.0.2"
TIMEOUT_SECONDS = 25.0
PASSWORD = "fuzz fuzz fuzz"
CLOSED = {"error": "Admin access required"}


class Caller:
    """A user with a role. Staff is made through POS, a `user` registers through STORE."""

    def __init__(self, gateway: str, role: str) -> None:
        self._role = role
        self._token: str | None = None
        self.user_id = 0
        """The user of the token; 0 before the first."""
        self._client = httpx.Client(
            base_url=gateway,
            timeout=TIMEOUT_SECONDS,
            transport=httpx.HTTPTransport(local_address=OWN_ADDRESS),
        )
        first_owner = self._client.post("/api/auth/login/", json=owner_login())
        assert first_owner.status_code == 200, first_owner.text
        self._refresh = {"refresh": first_owner.json()["refresh"]}

    def token(self) -> str:
        """The token of a user who, as far as known, exists."""
        if self._token is None:
            self._token = self._logged_in_anew()
        return self._token

    def forget(self, token: str) -> None:
        """Drop a refused token, if it is the one in use."""
        if token == self._token:
            self._token = None

    def may_ask(self, method: str, path: str) -> bool:
        """Whether an operation of STORE is open to this role; where it is not, nothing else is looked at."""
        headers = {"Authorization": f"Bearer {self.token()}"}
        answer = self._client.request(method, path, json={}, headers=headers)
        return not (answer.status_code == httpx.codes.FORBIDDEN and answer.json() == CLOSED)

    def _logged_in_anew(self) -> str:
        name = f"fuzz_{secrets.token_hex(4)}"
        person = {
            "username": name,
            "email": f"{name}@example.com",
            "password": PASSWORD,
            "first_name": "Fuzz",
            "last_name": name,
        }
        if self._role == "user":
            made(self._client.post("/auth/register", json=person))
        else:
            access = self._client.post("/api/auth/refresh/", json=self._refresh).json()["access"]
            headers = {"Authorization": f"Bearer {access}"}
            made(
                self._client.post("/api/users/", json={**person, "role": self._role.upper()}, headers=headers)
            )
        login = self._client.post("/auth/login", json={"username": name, "password": PASSWORD})
        assert login.status_code == 200, login.text
        self.user_id = int(login.json()["user"]["id"])
        return str(login.json()["token"])
