"""How catalog gets what it needs from the other services."""
