"""The rules of auth, without HTTP or SQL."""
