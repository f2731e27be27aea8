"""The bodies of refusals common to all POS endpoints, verified by libs/common/tests/http."""

ANONYMOUS = {"detail": "Authentication credentials were not provided."}
FORBIDDEN = {"detail": "You do not have permission to perform this action."}
BAD_TOKEN = {"detail": "Given token not valid for any token type", "code": "token_not_valid"}
NOT_FOUND = {"detail": "Not found."}
UNAVAILABLE = {"detail": "Service temporarily unavailable."}
