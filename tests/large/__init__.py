"""Lists with as many rows as a large shop has: their plans, and what they cost."""
