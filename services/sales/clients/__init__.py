"""How sales asks other services."""
