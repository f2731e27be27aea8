"""Tickets on paper: as text of fixed columns, and as a page that a browser prints."""
