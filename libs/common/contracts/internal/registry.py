"""Every internal endpoint there is."""

from libs.common.contracts.internal.auth import LIST_REVOKED_SESSIONS
from libs.common.contracts.internal.catalog import DELETE_ALLOCATION, PUT_ALLOCATION
from libs.common.contracts.internal.customers import GET_CUSTOMER
from libs.common.contracts.internal.endpoint import Endpoint
from libs.common.contracts.internal.sales import GET_ORDER

ENDPOINTS: tuple[Endpoint, ...] = (
    LIST_REVOKED_SESSIONS,
    DELETE_ALLOCATION,
    PUT_ALLOCATION,
    GET_CUSTOMER,
    GET_ORDER,
)
