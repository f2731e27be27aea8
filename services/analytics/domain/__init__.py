"""The rules of analytics, without HTTP or SQL."""
