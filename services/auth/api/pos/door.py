"""How does POS show auth's refusals?"""

from collections.abc import Mapping

from libs.common.http.pos import PosDoor
from libs.common.http.rendering import Renderer
from services.auth.domain.identities import IdentityTaken


def _taken(_: object, details: Mapping[str, object]) -> dict[str, list[str]]:
    fields = details["taken"]
    assert isinstance(fields, tuple)
    return {field: [f"custom user with this {field} already exists."] for field in fields}


pos = PosDoor("Logins, users, sessions", refusals={IdentityTaken: Renderer(_taken)})
