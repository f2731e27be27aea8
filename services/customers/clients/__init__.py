"""Clients of the services that customers calls."""
