"""The gateway's own refusals, in the words of both dialects."""

from gateway.routes import is_pos
from gateway.upstreams import BadGateway, GatewayTimeout
from libs.common.http import pos_dialect, store_dialect
from libs.common.http.dialect import Dialect
from libs.common.http.pos_dialect import detail
from libs.common.http.store_dialect import error

POS = pos_dialect.POS.with_wordings(
    {
        BadGateway: detail("Bad gateway."),
        GatewayTimeout: detail("Gateway timeout."),
    }
)
STORE = store_dialect.STORE.with_wordings(
    {
        BadGateway: error("Bad gateway"),
        GatewayTimeout: error("Gateway timeout"),
    }
)


def dialect_of(path: str) -> Dialect:
    """The dialect in which requests for this path are answered."""
    return POS if is_pos(path) else STORE
