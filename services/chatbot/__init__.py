"""The chatbot's users."""
