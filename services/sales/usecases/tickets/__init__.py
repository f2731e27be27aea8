"""Tickets: what is handed over with the goods."""
