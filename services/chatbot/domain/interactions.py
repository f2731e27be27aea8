"""Interactions: how long a message and the name of its channel may be."""

CHANNEL_LENGTH_MAX = 32
TEXT_LENGTH_MAX = 4096  # the longest message that Telegram carries
