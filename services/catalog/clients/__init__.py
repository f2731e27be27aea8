"""Clients of the services that catalog calls."""
