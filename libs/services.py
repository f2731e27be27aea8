"""The services of the suite, and all of its parts: these and the gateway.

Beside `libs.common`, so that a command that needs no more does not load its packages.
"""

SERVICES = ("auth", "catalog", "sales", "customers", "analytics", "chatbot")
"""In the order of their ports on one machine (`deploy/local/layout.py`)."""
GATEWAY = "gateway"
PARTS = (*SERVICES, GATEWAY)
"""Each has a key for its internal calls, and a login at the broker."""
