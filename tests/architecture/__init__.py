"""Rules of the house that the linters cannot check."""
