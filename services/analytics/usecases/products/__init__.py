"""Products as catalog describes them."""
