"""The bodies of refusals common to all STORE endpoints, verified by libs/common/tests/http."""

ANONYMOUS = {"error": "Authorization header missing"}
BAD_TOKEN = {"error": "Invalid or expired token"}
NOT_ADMIN = {"error": "Admin access required"}
NOT_OWN = {"error": "Access denied"}
UNAVAILABLE = {"error": "Service temporarily unavailable"}
