"""Changing and reading promotions."""
