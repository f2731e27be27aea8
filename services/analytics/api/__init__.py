"""The doors of analytics."""
