"""The POS door of auth, and its messages for auth's refusals."""

from libs.common.http.pos import PosDoor
from libs.common.http.pos_dialect import detail, on_field
from services.auth.domain.approvals import MayNotApprove, WrongApprovalCredentials
from services.auth.domain.identities import EmailTaken, UsernameTaken
from services.auth.domain.passwords import CurrentPasswordMissing, WrongCurrentPassword
from services.auth.domain.pins import PinNotEnough, PinTooEasy, WrongPin
from services.auth.domain.rights import LastOwner

pos = PosDoor(
    "Logins, users, sessions, approvals",
    wordings={
        UsernameTaken: on_field("username", "custom user with this username already exists."),
        EmailTaken: on_field("email", "custom user with this email already exists."),
        CurrentPasswordMissing: on_field("current_password", "This field is required."),
        WrongCurrentPassword: on_field("current_password", "Current password is incorrect."),
        PinTooEasy: on_field("pin", "El PIN es demasiado fácil."),
        WrongPin: detail("Usuario o PIN incorrecto."),
        PinNotEnough: detail("Tu usuario no entra con PIN. Usa tu contraseña."),
        WrongApprovalCredentials: detail("Credenciales de autorización inválidas."),
        MayNotApprove: detail("No tiene permiso para autorizar."),
        LastOwner: detail("The last owner cannot be deleted or demoted."),
    },
)
