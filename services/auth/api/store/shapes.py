"""Users at STORE's door (STORE 1-10)."""

from typing import Annotated, Literal

from typing_extensions import TypedDict

from libs.common.http.described import example
from libs.common.http.fields import REQUIRED, Choice, Many, Shape, Text
from libs.common.http.refusals import InvalidInput
from services.auth.api.fields import Email, KnownPassword, Password
from services.auth.domain import identities
from services.auth.domain.roles import in_order, is_admin
from services.auth.usecases.accounts.changing import Changes
from services.auth.usecases.accounts.reading import Account

PASSWORDS = {"current_password", "new_password", "confirm_password"}
STORED_NAME = {"phone": "phone_number"}
USERNAME_LENGTH_MIN, USERNAME_LENGTH_MAX = 3, 50
NAME_LENGTH_MAX = 50

StoreRole = Literal["user", "admin"]
StoredRole = Annotated[str, Choice("user", "employee", "admin", "owner")]
StoreRoleField = Annotated[StoreRole, Choice("user", "admin")]

Name = Annotated[str, Text(max_length=NAME_LENGTH_MAX, blank=True)] | None
Phone = Annotated[str, Text(max_length=identities.PHONE_NUMBER_LENGTH_MAX, blank=True)] | None


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
    """Somebody who wants to shop, or an admin made by another one."""

    username: Annotated[str, Text(min_length=USERNAME_LENGTH_MIN, max_length=USERNAME_LENGTH_MAX)]
    email: Email
    password: Password
    first_name: Name = None
    last_name: Name = None
    phone: Phone = None
    role: StoreRoleField | None = None
    roles: Annotated[list[StoreRoleField], Many(max_items=10)] | None = None

    def wanted_roles(self) -> tuple[StoreRole, ...]:
        """What `role` and `roles` ask for together; a shopper if nothing."""
        wanted = {*(self.roles or ()), *([self.role] if self.role else ())}
        return tuple(wanted) or ("user",)


@example({"first_name": "Jonathan", "phone": "+9876543210", "email": "newemail@example.com"})
class UserChange(Shape):
    """What to change: only what the body holds counts, the values here stand for nothing.

    With any of the three passwords it is a change of password and of nothing else.
    """

    email: Email = ""
    first_name: Name = None
    last_name: Name = None
    phone: Phone = None
    current_password: KnownPassword = ""
    new_password: Password = ""
    confirm_password: KnownPassword = ""

    def is_of_password(self) -> bool:
        """Whether any of the passwords was sent."""
        return not PASSWORDS.isdisjoint(self.model_fields_set)

    def password_changes(self) -> Changes:
        """In the words of the use case. Raises `InvalidInput` if one is missing, or both new ones differ."""
        if missing := sorted(PASSWORDS - self.model_fields_set):
            raise InvalidInput([((name,), REQUIRED) for name in missing])
        if self.new_password != self.confirm_password:
            raise InvalidInput([(("confirm_password",), "Passwords do not match.")])
        return Changes(password=self.new_password, current_password=self.current_password)

    def profile_changes(self) -> Changes:
        """In the words of the use case. Null blanks what may be blank."""
        return Changes(
            profile={STORED_NAME.get(name, name): value or "" for name, value in self.given().items()}
        )


@example({"role": "admin"})
class RoleIn(Shape):
    """A role that a shop's admin may give and take."""

    role: StoreRoleField


@example(JOHN)
class UserOut(TypedDict):
    """Whose account it is."""

    id: int
    username: str
    email: str
    roles: list[StoredRole]


@example(PROFILE)
class ProfileOut(UserOut):
    """An account with what is known of its person."""

    first_name: str
    last_name: str
    phone: str


@example({**PROFILE, "role": "user"})
class ListedOut(ProfileOut):
    """An account in the list; `role` is `admin` for whoever may run the shop."""

    role: StoreRole


@example({"message": "User updated successfully", "user": PROFILE})
class ProfileAnswer(TypedDict):
    """What was done, and the account as it is then."""

    message: str
    user: ProfileOut


@example({"message": "Password updated successfully"})
class MessageOut(TypedDict):
    """What was done."""

    message: str


@example({"user_id": 1, "username": "johndoe", "roles": ["user"]})
class RolesOut(TypedDict):
    """Somebody's roles."""

    user_id: int
    username: str
    roles: list[StoredRole]


@example(
    {
        "message": "Role 'admin' assigned successfully",
        "user_id": 1,
        "username": "johndoe",
        "roles": ["user", "admin"],
    }
)
class RolesAnswer(RolesOut):
    """What was done, and the roles as they are then."""

    message: str


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
    """The account in a list: the contract's example shows a shopper's `roles` and an admin's `role`."""
    return {**profile_out(account), "role": "admin" if is_admin(account.roles) else "user"}


def roles_out(account: Account) -> RolesOut:
    """The account's roles, lowest first."""
    return {"user_id": account.id, "username": account.username, "roles": list(in_order(account.roles))}
