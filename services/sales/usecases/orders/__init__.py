"""Placing, cancelling and reading orders."""
