"""Tests with PostgreSQL or with processes of their own."""
