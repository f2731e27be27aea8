"""End-to-end tests: stories against a running suite."""
