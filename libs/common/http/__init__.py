"""The two dialects, the app around them, and calls between services."""
