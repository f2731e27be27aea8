"""Customers as customers describes them."""
