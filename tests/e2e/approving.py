"""The owner's approval of what a cashier does not do alone (contract §8.5)."""

from tests.e2e.shop import owner_login
from tests.e2e.tills import Till


def approve(till: Till, action: str, subject: str | int, limit: str | None = None) -> str:
    """The owner's approval of the cashier's deed: its token, for one use within 2 minutes."""
    login = owner_login()
    credentials = {"approver": login["email"], "password": login["password"]}
    body = {"action": action, "subject": str(subject), "limit": limit, **credentials}
    return str(till.send("/api/approvals/", body, status=201)["approval"])
