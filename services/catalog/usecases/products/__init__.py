"""Changing and reading products."""
