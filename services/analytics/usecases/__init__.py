"""The use cases of analytics, with their SQL: events are recorded, reports are read."""
