"""Customers and their balances."""
