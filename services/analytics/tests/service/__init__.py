"""The service against a real database and broker."""
