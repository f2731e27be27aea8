"""The shapes of users at STORE (STORE 1-10)."""

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from libs.common.http.described import example
from libs.common.http.fields import REQUIRED, Choice, Many, Shape, Text
from libs.common.http.refusals import InvalidInput
from libs.common.unset import UNSET, Unset
from services.auth.api.fields import EMAIL, KNOWN_PASSWORD, PASSWORD, Email, Password
from services.auth.domain import identities
from services.auth.domain.roles import in_order, is_admin
from services.auth.usecases.accounts.changing import ChangeAccount
from services.auth.usecases.accounts.creating import CreateAccount
from services.auth.usecases.accounts.reading import Account

PASSWORDS = {"current_password", "new_password", "confirm_password"}
USERNAME_LENGTH_MIN, USERNAME_LENGTH_MAX = 3, 50
NAME_LENGTH_MAX = 50

StoreRole = Literal["user", "admin"]
AnyRole = Annotated[str, Choice("user", "employee", "admin", "owner")]
AllRoles = Annotated[list[AnyRole], Field(description="All roles, lowest first.")]
StoreRoleField = Annotated[StoreRole, Choice("user", "admin")]

NAME = Text(max_length=NAME_LENGTH_MAX, blank=True)
PHONE = Text(max_length=identities.PHONE_NUMBER_LENGTH_MAX, blank=True)


JOHN = {"id": 1, "username": "johndoe", "email": "john@example.com", "roles": ["user"]}
PROFILE = {**JOHN, "first_name": "John", "last_name": "Doe", "phone": "+1234567890"}


@example(
    {
        "username": "johndoe",
        "email": "john@example.com",
        "password": "securepass123",
        "first_name": "John",
        "last_name": "Doe",
        "phone": "+1234567890",
        "roles": ["user"],
    }
)
class RegisterIn(Shape):
    """A shopper to register, or an admin that another admin creates."""

    username: Annotated[str, Text(min_length=USERNAME_LENGTH_MIN, max_length=USERNAME_LENGTH_MAX)]
    """3 to 50 characters."""
    email: Email
    password: Password
    """At least 8 characters."""
    first_name: Annotated[str, NAME] | None = None
    last_name: Annotated[str, NAME] | None = None
    phone: Annotated[str, PHONE] | None = None
    role: StoreRoleField | None = None
    """The same as one entry of `roles`."""
    roles: Annotated[list[StoreRoleField], Many(max_items=10)] | None = None
    """By default `user`; `admin` requires an admin's token."""

    def command(self) -> CreateAccount:
        """The command for the use case. `role` and `roles` are combined; without any, a shopper."""
        roles = {*(self.roles or ()), *([self.role] if self.role else ())}
        return CreateAccount(
            username=self.username,
            email=self.email,
            password=self.password,
            roles=tuple(roles) or ("user",),
            first_name=self.first_name or "",
            last_name=self.last_name or "",
            phone_number=self.phone or "",
        )


@example({"first_name": "Jonathan", "phone": "+9876543210", "email": "newemail@example.com"})
class UserChange(Shape):
    """The fields to change. If any of the three passwords is present, only the password changes."""

    email: Annotated[str | Unset, EMAIL] = UNSET
    first_name: Annotated[str | Unset, NAME] | None = UNSET
    last_name: Annotated[str | Unset, NAME] | None = UNSET
    phone_number: Annotated[str | Unset, PHONE] | None = Field(UNSET, alias="phone")
    current_password: Annotated[str | Unset, KNOWN_PASSWORD] = UNSET
    """With the other two passwords: changes the caller's own password."""
    new_password: Annotated[str | Unset, PASSWORD] = UNSET
    """At least 8 characters."""
    confirm_password: Annotated[str | Unset, KNOWN_PASSWORD] = UNSET
    """The new password again."""

    def is_of_password(self) -> bool:
        """True if any of the passwords was sent."""
        return not PASSWORDS.isdisjoint(self.model_fields_set)

    def password_command(self, user_id: int, session_id: str) -> ChangeAccount:
        """The change of password. Raises `InvalidInput` if a password is missing or the new ones differ."""
        if missing := sorted(PASSWORDS - self.model_fields_set):
            raise InvalidInput([((name,), REQUIRED) for name in missing])
        if self.new_password != self.confirm_password:
            raise InvalidInput([(("confirm_password",), "Passwords do not match.")])
        return ChangeAccount(
            user_id=user_id,
            session_id=session_id,
            password=self.new_password,
            current_password=self.current_password,
        )

    def profile_command(self, user_id: int, session_id: str) -> ChangeAccount:
        """The change of profile. Null clears a name or the phone number."""
        profile: dict[str, Any] = {name: value or "" for name, value in self.given().items()}
        return ChangeAccount(user_id=user_id, session_id=session_id, **profile)


@example({"role": "admin"})
class RoleIn(Shape):
    """A role that admins of the shop may grant and remove."""

    role: StoreRoleField
    """The role to grant or to take away."""


@example(JOHN)
class UserOut(TypedDict):
    """The user of an account."""

    id: int
    username: str
    email: str
    roles: AllRoles


@example(PROFILE)
class ProfileOut(UserOut):
    """An account with its profile."""

    first_name: str
    last_name: str
    phone: str


@example({**PROFILE, "role": "user"})
class ListedOut(ProfileOut):
    """An account in the list; `role` is `admin` for ADMIN and OWNER."""

    role: StoreRole
    """`admin` for admins and owners."""


@example({"message": "User updated successfully", "user": PROFILE})
class ProfileAnswer(TypedDict):
    """A message, and the account after the change."""

    message: str
    """What was done, for people."""
    user: ProfileOut


@example({"message": "Password updated successfully"})
class MessageOut(TypedDict):
    """A message that confirms the action."""

    message: str
    """What was done, for people."""


@example({"user_id": 1, "username": "johndoe", "roles": ["user"]})
class RolesOut(TypedDict):
    """The roles of a user."""

    user_id: int
    username: str
    roles: AllRoles


@example(
    {
        "message": "Role 'admin' assigned successfully",
        "user_id": 1,
        "username": "johndoe",
        "roles": ["user", "admin"],
    }
)
class RolesAnswer(RolesOut):
    """A message, and the roles after the change."""

    message: str
    """What was done, for people."""


def profile_out(account: Account) -> ProfileOut:
    """The account as STORE shows it."""
    return {
        "id": account.id,
        "username": account.username,
        "email": account.email,
        "roles": list(in_order(account.roles)),
        "first_name": account.first_name,
        "last_name": account.last_name,
        "phone": account.phone_number,
    }


def listed_out(account: Account) -> ListedOut:
    """The account in a list. As in the contract's example, a shopper has `roles` and an admin has `role`."""
    return {**profile_out(account), "role": "admin" if is_admin(account.roles) else "user"}


def roles_out(account: Account) -> RolesOut:
    """The account's roles, lowest first."""
    return {"user_id": account.id, "username": account.username, "roles": list(in_order(account.roles))}
