"""The STORE door of auth, and its messages for auth's refusals."""

from libs.common.http.store import StoreDoor
from libs.common.http.store_dialect import error, on_field
from services.auth.domain.identities import EmailTaken, UsernameTaken
from services.auth.domain.passwords import WrongCurrentPassword
from services.auth.domain.rights import LastOwner, LastRole, RoleHeldAlready

store = StoreDoor(
    "Registration, login, profiles, roles, public keys",
    wordings={
        UsernameTaken: error("Username already exists", field="username"),
        EmailTaken: error("Email already exists", field="email"),
        WrongCurrentPassword: on_field("current_password", "Current password is incorrect."),
        LastOwner: error("The last owner cannot be deleted or demoted."),
        LastRole: error("Cannot remove the last role"),
        RoleHeldAlready: error("User already has role '{role}'"),
    },
)
