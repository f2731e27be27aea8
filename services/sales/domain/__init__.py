"""The rules of an order: what it costs, and what may happen to it."""
