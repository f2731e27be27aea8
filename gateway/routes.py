"""Which paths are public, and who answers them? The only file to touch when a path is to be exposed."""

from dataclasses import dataclass

MIB = 1024 * 1024
ANY_METHOD = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Route:
    """Everything under `prefix` (whole segments) goes to `service`; `open_to_all` methods need no token."""

    prefix: str
    service: str
    open_to_all: frozenset[str] = frozenset()
    timeout_seconds: float = 10.0
    body_bytes_max: int = MIB

    @property
    def path(self) -> str:
        """What metrics and logs call this route."""
        return self.prefix


ROUTES = (
    # POS
    Route("/api/auth", "auth", open_to_all=ANY_METHOD),
    Route("/api/users", "auth"),
    Route("/api/sessions", "auth"),
    Route("/api/suppliers", "catalog"),
    Route("/api/products", "catalog"),
    Route("/api/promotions", "catalog"),
    Route("/api/orders", "sales"),
    Route("/api/customers", "customers"),
    Route("/api/chatbotusers", "chatbot"),
    Route("/api/analytics", "analytics", timeout_seconds=20.0),
    # STORE
    Route("/auth/register", "auth", open_to_all=ANY_METHOD),
    Route("/auth/login", "auth", open_to_all=ANY_METHOD),
    Route("/auth", "auth"),
    Route("/products", "catalog", open_to_all=READS),
    Route("/sales", "sales"),
    # anybody who verifies tokens
    Route("/.well-known/jwks.json", "auth", open_to_all=READS),
)

_BY_PREFIX = {route.prefix: route for route in ROUTES}


def route_of(path: str) -> Route | None:
    """The route of a decoded path: the longest prefix of whole segments, or None."""
    if not is_plain(path):
        return None
    segments = path.split("/", 3)
    return _BY_PREFIX.get("/".join(segments[:3])) or _BY_PREFIX.get("/".join(segments[:2]))


def is_plain(path: str) -> bool:
    """Whether every reader reads this path alike: no empty or dotted segments, no backslash, no NUL."""
    if "//" in path or "\\" in path or "\x00" in path:
        return False
    return "/." not in path.removeprefix("/.well-known")


def is_pos(path: str) -> bool:
    """Whether the caller speaks the POS dialect (contract §1: everything under `/api`)."""
    return path == "/api" or path.startswith("/api/")
