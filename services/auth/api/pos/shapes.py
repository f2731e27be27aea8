"""What do users look like at POS' door? (POS "User Management")"""

from typing import Annotated, Literal

from typing_extensions import TypedDict

from libs.common.http.described import example
from libs.common.http.fields import Choice, Shape, Text
from services.auth.api.fields import Email, KnownPassword, Password
from services.auth.domain import identities
from services.auth.domain.roles import PosRole, pos_role
from services.auth.usecases.accounts.changing import PROFILE, Changes
from services.auth.usecases.accounts.reading import Account

Username = Annotated[str, Text(max_length=identities.USERNAME_LENGTH_MAX)]
Name = Annotated[str, Text(max_length=identities.NAME_LENGTH_MAX)]
PhoneNumber = Annotated[str, Text(max_length=identities.PHONE_NUMBER_LENGTH_MAX, blank=True)]
Address = Annotated[str, Text(max_length=identities.ADDRESS_LENGTH_MAX, blank=True)]


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
    """Somebody who is to work here; an EMPLOYEE unless `role` says otherwise."""

    username: Username
    email: Email
    password: Password
    first_name: Name
    last_name: Name
    phone_number: PhoneNumber = ""
    address: Address = ""
    role: Annotated[Literal["EMPLOYEE", "ADMIN", "OWNER"], Choice("EMPLOYEE", "ADMIN", "OWNER")] = "EMPLOYEE"


@example({"first_name": "Laura Elena", "phone_number": "555-0000"})
class ProfileChange(Shape):
    """What to change: only what the body holds counts, the values here stand for nothing.

    Another `password` of one's own takes the `current_password`.
    """

    username: Username = ""
    email: Email = ""
    password: Password = ""
    current_password: KnownPassword = ""
    first_name: Name = ""
    last_name: Name = ""
    phone_number: PhoneNumber = ""
    address: Address = ""

    def changes(self) -> Changes:
        """In the words of the use case."""
        given = self.given()
        return Changes(
            profile={name: value for name, value in given.items() if name in PROFILE},
            role=given.get("role"),
            password=given.get("password"),
            current_password=given.get("current_password"),
        )


@example({"role": "ADMIN"})
class UserChange(ProfileChange):
    """The same, with the role. Somebody who is given `USER` keeps only the web shop."""

    role: Annotated[PosRole, Choice("USER", "EMPLOYEE", "ADMIN", "OWNER")] = "USER"


@example({"id": 5, **LAURA, "is_active": True})
class UserOut(TypedDict):
    """Somebody who can log in; `role` is the highest one."""

    id: int
    username: str
    email: str
    first_name: str
    last_name: str
    phone_number: str
    address: str
    role: PosRole
    is_active: bool


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
