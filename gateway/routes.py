"""The public paths and the services that answer them. Only this file changes to expose a path."""

import re
from dataclasses import dataclass

MIB = 1024 * 1024

READ = frozenset({"GET", "HEAD"})
ADD = frozenset({"POST"})
EDIT = frozenset({"PUT", "PATCH", "DELETE"})
ALL = READ | ADD | EDIT
ALWAYS = frozenset({"OPTIONS"})  # answered by the gateway itself


@dataclass(frozen=True, slots=True)
class Route:
    """Routes all paths under `prefix` (whole segments) to `service`, with the methods that any of them has.

    Methods that are `open_to_all` need no token; one that is sent is checked all the same, unless the route
    is `token_blind`: a client may send its expired token with a new login.
    """

    prefix: str
    service: str
    methods: frozenset[str]
    open_to_all: frozenset[str] = frozenset()
    token_blind: bool = False
    timeout_seconds: float = 10.0
    body_bytes_max: int = MIB
    body_seconds: float | None = None
    """The time limit for a body, from the end of its head; None for the gateway's `request_body_seconds`."""

    @property
    def path(self) -> str:
        """The route's name in metrics and logs."""
        return self.prefix

    @property
    def allowed(self) -> list[str]:
        """The methods of the header `Allow`."""
        return sorted(self.methods | ALWAYS)


ROUTES = (
    # POS
    Route("/api/auth/login", "auth", ADD, open_to_all=ADD, token_blind=True),
    Route("/api/auth/pin", "auth", ADD),
    Route("/api/auth/refresh", "auth", ADD, open_to_all=ADD, token_blind=True),
    Route("/api/users", "auth", ALL),
    Route("/api/sessions", "auth", READ | ADD),
    Route("/api/approvals", "auth", READ | ADD),
    Route("/api/suppliers", "catalog", ALL),
    Route("/api/products", "catalog", ALL),
    Route(
        "/api/products/import",
        "catalog",
        ADD,
        timeout_seconds=300.0,
        body_bytes_max=64 * MIB,
        body_seconds=300.0,
    ),
    Route("/api/promotions", "catalog", ALL),
    Route("/api/orders", "sales", READ | ADD),
    Route("/api/layaways", "sales", READ | ADD),
    Route("/api/registers", "sales", ALL),
    Route("/api/shifts", "sales", READ | ADD),
    Route("/api/returns", "sales", READ | ADD),
    Route("/api/sync", "sales", READ | ADD, timeout_seconds=30.0),
    Route("/api/customers", "customers", ALL),
    Route("/api/chatbotusers", "chatbot", ALL),
    Route("/api/analytics", "analytics", READ, timeout_seconds=20.0),
    # STORE
    Route("/auth/register", "auth", ADD, open_to_all=ADD),
    Route("/auth/login", "auth", ADD, open_to_all=ADD, token_blind=True),
    Route("/auth/users", "auth", ALL),
    Route("/products", "catalog", ALL, open_to_all=READ),
    Route("/sales/carts", "sales", ALL),
    Route("/sales/orders", "sales", ALL),
    Route("/sales/invoices", "sales", ALL),
    Route("/sales/returns", "sales", ALL),
    # for everybody who verifies tokens
    Route("/.well-known/jwks.json", "auth", READ, open_to_all=READ, token_blind=True),
)

_BY_PREFIX = {route.prefix: route for route in ROUTES}
_DEPTHS = tuple(sorted({route.prefix.count("/") + 1 for route in ROUTES}, reverse=True))
# Paths that all servers read alike: no empty or dotted segments, no double encoding, no parameters after `;`,
# no control characters, nothing but UTF-8 (other bytes were decoded as U+FFFD).
_PLAIN = re.compile(r"(?:/\.well-known)?(?:/(?!\.)[^/\\;%\x00-\x1f\x7f\ufffd]+)+/?")


def route_of(path: str) -> Route | None:
    """The route of a decoded path: the longest prefix of whole segments, or None."""
    if _PLAIN.fullmatch(path) is None:
        return None
    segments = path.split("/", _DEPTHS[0])
    for depth in _DEPTHS:
        if route := _BY_PREFIX.get("/".join(segments[:depth])):
            return route
    return None


def is_pos(path: str) -> bool:
    """Whether the caller speaks the POS dialect (contract §1: everything under `/api`)."""
    return path == "/api" or path.startswith("/api/")
