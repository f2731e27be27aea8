"""How does STORE show auth's refusals?"""

from collections.abc import Mapping

from libs.common.http.rendering import Renderer
from libs.common.http.store import StoreDoor
from services.auth.domain.identities import IdentityTaken


def _taken(_: object, details: Mapping[str, object]) -> dict[str, str]:
    fields = details["taken"]
    assert isinstance(fields, tuple)
    return {"error": f"{fields[0].capitalize()} already exists"}


store = StoreDoor(
    "Registration, login, profiles, roles, public keys", refusals={IdentityTaken: Renderer(_taken)}
)
