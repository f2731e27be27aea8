"""Logging in, refreshing, listing and revoking sessions."""
