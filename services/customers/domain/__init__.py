"""The rules about customers, with no word of HTTP or SQL."""
