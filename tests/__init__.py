"""Tests that span the services."""
