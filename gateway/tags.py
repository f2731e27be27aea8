"""The tags of the API documents: operations are grouped by the resource that they are about."""

from collections.abc import Iterable

from gateway.routes import Route

TAGS = {
    "authentication": "Log in, stay logged in, register.",
    "sessions": "The logins of a user, each of which can be ended.",
    "approvals": "What somebody at the till may not do alone, approved by another.",
    "users": "Accounts and their roles.",
    "products": "What is sold, with its prices and its stock.",
    "promotions": "Discounts on a product for some days.",
    "suppliers": "Those from whom products are bought.",
    "orders": "Orders: place, pay, cancel, look up.",
    "registers": "The drawers for cash.",
    "shifts": "The cash of a register, from opening to its Z report.",
    "layaways": "Goods that are kept for a customer who pays for them in parts.",
    "carts": "What a shopper is about to order.",
    "sync": "Sales that tills made without a network, and their numbers.",
    "invoices": "What is to be paid for an order.",
    "returns": "Goods that come back.",
    "customers": "Those who buy at the till, with points and credit.",
    "chatbot": "Those who write to the chatbot, and their messages.",
    "reports": "The owner's figures.",
    "keys": "Public keys that verify tokens.",
    "gateway": "The public entrance itself.",
}
"""Tag → what it is about, in the order in which pages show them."""

_TAG_OF = {
    "login": "authentication",
    "pin": "authentication",
    "refresh": "authentication",
    "register": "authentication",
    "chatbotusers": "chatbot",
    "import": "products",
    "analytics": "reports",
    "jwks.json": "keys",
}


def tag_of(route: Route) -> str:
    """The tag of all operations of a route: mostly the last segment of its prefix."""
    resource = route.prefix.rpartition("/")[2]
    return _TAG_OF.get(resource, resource)


def described(used: Iterable[str]) -> list[dict[str, str]]:
    """The used tags as a document lists them."""
    names = set(used)
    return [{"name": name, "description": text} for name, text in TAGS.items() if name in names]
