"""Every internal endpoint there is: those that the modules of this package declare."""

from libs.common.contracts.internal import auth, catalog, customers, sales
from libs.common.contracts.internal.endpoint import Endpoint

CALLEES = (auth, catalog, customers, sales)

ENDPOINTS: tuple[Endpoint, ...] = tuple(
    declared for callee in CALLEES for declared in vars(callee).values() if isinstance(declared, Endpoint)
)
