"""The bodies of refusals common to all POS endpoints, verified by libs/common/tests/http."""

ANONYMOUS = {"detail": "Authentication credentials were not provided."}
FORBIDDEN = {"detail": "You do not have permission to perform this action."}
NOT_FOUND = {"detail": "Not found."}
