"""The bodies with which every POS endpoint refuses; libs/common/tests/http shows that they are right."""

ANONYMOUS = {"detail": "Authentication credentials were not provided."}
FORBIDDEN = {"detail": "You do not have permission to perform this action."}
NOT_FOUND = {"detail": "Not found."}
