"""Interactions: the maximum lengths of a message and of its channel's name."""

CHANNEL_LENGTH_MAX = 32
TEXT_LENGTH_MAX = 4096  # the longest message that Telegram carries
