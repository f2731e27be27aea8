"""Points and what earns them."""
