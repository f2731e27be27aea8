"""Changing and reading customers."""
