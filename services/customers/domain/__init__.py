"""The rules of customers, without HTTP or SQL."""
