"""Clients of the services that sales calls."""
