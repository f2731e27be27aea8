"""Messages that users wrote to the bot."""
