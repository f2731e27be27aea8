"""The shapes of users at POS (POS "User Management")."""

from typing import Annotated, Literal

from typing_extensions import TypedDict

from libs.common.http.described import example
from libs.common.http.fields import Choice, Shape, Text
from libs.common.unset import UNSET, Unset
from services.auth.api.fields import EMAIL, KNOWN_PASSWORD, PASSWORD, Email, Password
from services.auth.domain import identities
from services.auth.domain.roles import PosRole, pos_role, role_behind
from services.auth.usecases.accounts.creating import CreateAccount
from services.auth.usecases.accounts.reading import Account

USERNAME = Text(max_length=identities.USERNAME_LENGTH_MAX)
NAME = Text(max_length=identities.NAME_LENGTH_MAX)
PHONE_NUMBER = Text(max_length=identities.PHONE_NUMBER_LENGTH_MAX, blank=True)
ADDRESS = Text(max_length=identities.ADDRESS_LENGTH_MAX, blank=True)


LAURA = {
    "username": "employee_01",
    "email": "employee@enterprise.com",
    "first_name": "Laura",
    "last_name": "Mendez",
    "phone_number": "555-9876",
    "address": "Second Ave 45",
    "role": "ADMIN",
}


@example({**LAURA, "password": "password123"})
class UserIn(Shape):
    """A member of the staff to create; an EMPLOYEE unless `role` says otherwise."""

    username: Annotated[str, USERNAME]
    email: Email
    password: Password
    """At least 8 characters."""
    first_name: Annotated[str, NAME]
    last_name: Annotated[str, NAME]
    phone_number: Annotated[str, PHONE_NUMBER] = ""
    address: Annotated[str, ADDRESS] = ""
    role: Annotated[Literal["EMPLOYEE", "ADMIN", "OWNER"], Choice("EMPLOYEE", "ADMIN", "OWNER")] = "EMPLOYEE"
    """By default `EMPLOYEE`."""

    def command(self) -> CreateAccount:
        """The command for the use case."""
        return CreateAccount(**self.model_dump(exclude={"role"}), roles=[role_behind(self.role)])


@example({"first_name": "Laura Elena", "phone_number": "555-0000"})
class ProfileChange(Shape):
    """The fields to change. Changing one's own `password` requires the `current_password`."""

    username: Annotated[str | Unset, USERNAME] = UNSET
    email: Annotated[str | Unset, EMAIL] = UNSET
    password: Annotated[str | Unset, PASSWORD] = UNSET
    """The new password: at least 8 characters."""
    current_password: Annotated[str | Unset, KNOWN_PASSWORD] = UNSET
    """Needed beside `password` to change the caller's own."""
    first_name: Annotated[str | Unset, NAME] = UNSET
    last_name: Annotated[str | Unset, NAME] = UNSET
    phone_number: Annotated[str | Unset, PHONE_NUMBER] = UNSET
    address: Annotated[str | Unset, ADDRESS] = UNSET


@example({"role": "ADMIN"})
class UserChange(ProfileChange):
    """The fields to change, with the role. A user who is given `USER` keeps access to the web shop only."""

    role: Annotated[PosRole | Unset, Choice("USER", "EMPLOYEE", "ADMIN", "OWNER")] = UNSET
    """With `USER` only the web shop is left to the user."""


@example({"id": 5, **LAURA, "is_active": True})
class UserOut(TypedDict):
    """A user; `role` is their highest role."""

    id: int
    username: str
    email: str
    first_name: str
    last_name: str
    phone_number: str
    address: str
    role: PosRole
    """The highest of the user's roles; `USER` is a shopper."""
    is_active: bool
    """False once the user is deleted."""


def user_out(account: Account) -> UserOut:
    """The account as POS shows it."""
    return {
        "id": account.id,
        "username": account.username,
        "email": account.email,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "phone_number": account.phone_number,
        "address": account.address,
        "role": pos_role(account.roles),
        "is_active": account.is_active,
    }
