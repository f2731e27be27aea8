"""Rules for the sources that the linters cannot check."""
