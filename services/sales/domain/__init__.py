"""The rules of orders: their amounts and their lifecycle."""
