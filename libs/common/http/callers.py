"""Which dependencies of a route say who calls? They run before all others, and the document tells of them."""

from libs.common.auth.http import (
    authenticate,
    calling_service,
    maybe_authenticate,
    require_admin,
    require_owner,
    require_staff,
)

WITH_ROLE = frozenset({require_staff, require_admin, require_owner})
IDENTIFYING = WITH_ROLE | {authenticate, maybe_authenticate, calling_service}
